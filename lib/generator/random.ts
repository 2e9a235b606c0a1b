/** A small seeded generator (sfc32): the same seed gives the same numbers on every machine and Node version. */
export interface Random {
  /** A 32-bit unsigned integer. */
  uint32(): number
  /** An integer in [0, bound). */
  below(bound: number): number
  /** A number in [0, 1). */
  unit(): number
}

/** Starts a sequence; different `stream` numbers of one seed are independent of each other. */
export function createRandom(seed: number, stream = 0): Random {
  let a = seed >>> 0
  let b = Math.floor(seed / 4_294_967_296) >>> 0
  let c = stream >>> 0
  let counter = 1
  const uint32 = (): number => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return sum >>> 0
  }
  // sfc32 mixes a poor seed within a dozen rounds.
  for (let round = 0; round < 16; round += 1) uint32()
  return {
    uint32,
    unit: () => uint32() / 4_294_967_296,
    below: (bound) => Math.floor((uint32() / 4_294_967_296) * bound),
  }
}
