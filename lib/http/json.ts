/** What a handler may return for a value that is `T` on the wire: 64-bit integers and times become strings. */
export type Wire<T> = T extends string
  ? string extends T
    ? string | bigint | Date
    : T
  : T extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T

const printBigInts = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value

/** API JSON: a bigint is a string, a Date is ISO 8601 in UTC. */
export const encodeJson = (value: unknown): string => JSON.stringify(value, printBigInts)
