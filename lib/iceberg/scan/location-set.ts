import { locationKey } from '../../storage/location-key.ts'

/** Slots are doubled when more than this share is taken. */
const fullShare = 0.6

/**
 * A set of locations in 8 to 27 bytes each whatever their length: it keeps 64-bit hashes. Two locations taken for one
 * (about once in 10^7 sets of a million) can only make `has` true in error, so use it where that means a file is kept.
 */
export class LocationSet {
  /** Two halves of a hash side by side; 0, 0 is an empty slot. */
  #slots = new Uint32Array(2 * 1024)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Returns whether it was new. */
  add(location: string): boolean {
    const [high, low] = hash(locationKey(location))
    const at = this.#find(high, low)
    if (this.#slots[at] !== 0 || this.#slots[at + 1] !== 0) return false
    this.#slots[at] = high
    this.#slots[at + 1] = low
    this.#size += 1
    if (this.#size > (this.#slots.length / 2) * fullShare) this.#grow()
    return true
  }

  has(location: string): boolean {
    const [high, low] = hash(locationKey(location))
    const at = this.#find(high, low)
    return this.#slots[at] !== 0 || this.#slots[at + 1] !== 0
  }

  /** Where a hash is, or the empty slot it would go to. */
  #find(high: number, low: number): number {
    const slots = this.#slots
    const last = slots.length / 2 - 1
    for (let slot = low & last; ; slot = (slot + 1) & last) {
      const at = slot * 2
      if (slots[at] === high && slots[at + 1] === low) return at
      if (slots[at] === 0 && slots[at + 1] === 0) return at
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += 2) {
      const [high, low] = [old[at] ?? 0, old[at + 1] ?? 0]
      if (high === 0 && low === 0) continue
      const to = this.#find(high, low)
      this.#slots[to] = high
      this.#slots[to + 1] = low
    }
  }
}

/** Two 32-bit hashes (multiply and mix) over the characters; never both 0. */
function hash(text: string): [high: number, low: number] {
  let one = 0xdeadbeef
  let two = 0x41c6ce57
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    one = Math.imul(one ^ code, 2654435761)
    two = Math.imul(two ^ code, 1597334677)
  }
  const first = Math.imul(one ^ (one >>> 16), 2246822507) ^ Math.imul(two ^ (two >>> 13), 3266489909)
  const second = Math.imul(two ^ (two >>> 16), 2246822507) ^ Math.imul(first ^ (first >>> 13), 3266489909)
  return [first >>> 0, (second | Number(first === 0 && second === 0)) >>> 0]
}
