/** What a process that was killed would have met: nothing after it goes through. */
export class Died extends Error {
  override readonly name = 'Died'
}

/** A process's life: it ends with its n-th call of the database or the store. */
export class Life {
  #left: number
  dead = false

  constructor(calls: number) {
    this.#left = calls
  }

  /** Call before anything leaves the process. */
  spend(): void {
    if (this.dead) throw new Died()
    this.#left -= 1
    if (this.#left > 0) return
    this.dead = true
    throw new Died()
  }
}

type Callable = (...args: unknown[]) => unknown

/**
 * An object through which only the living reach out: every call of a method, of its parts and of the transactions it opens
 * costs life, and after death each throws. What a killed process would still do in its `catch` and `finally` fails as well.
 */
export function mortal<T extends object>(target: T, life: Life): T {
  return new Proxy(target, {
    get(held, name) {
      const value: unknown = Reflect.get(held, name)
      if (typeof value === 'function') {
        return (...args: unknown[]) => {
          life.spend()
          const passed = args.map((argument) =>
            name === '$transaction' && typeof argument === 'function'
              ? (tx: object, ...rest: unknown[]) => (argument as Callable)(mortal(tx, life), ...rest)
              : argument,
          )
          return (value as Callable).apply(held, passed)
        }
      }
      // Models of the database client; everything else is data.
      if (typeof value === 'object' && value !== null && typeof name === 'string' && /^[a-z]/.test(name)) {
        return 'findMany' in value ? mortal(value, life) : value
      }
      return value
    },
  })
}
