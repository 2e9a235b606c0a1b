interface Waiting<Key, Found> {
  key: Key
  resolve: (found: Found) => void
  reject: (error: unknown) => void
}

/** As many as one question to a database takes without becoming slow itself. */
const mostAtOnce = 200

/**
 * Answers lookups of many callers together: what arrives while one question is being answered goes into the next one. Each
 * lookup is asked after it arrived, so that it sees all that was committed before, as if it were asked alone.
 */
export class BatchedLookup<Key, Found> {
  readonly #ask: (keys: readonly Key[]) => Promise<readonly Found[]>
  #waiting: Waiting<Key, Found>[] = []
  #asking = false

  /** @param ask finds the answers to some keys, in their order */
  constructor(ask: (keys: readonly Key[]) => Promise<readonly Found[]>) {
    this.#ask = ask
  }

  find(key: Key): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject })
      if (this.#asking) return
      this.#asking = true
      // Requests that came in together are met by one question.
      setImmediate(() => this.#answerAll())
    })
  }

  async #answerAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, mostAtOnce)
      this.#waiting = this.#waiting.slice(mostAtOnce)
      try {
        const found = await this.#ask(batch.map(({ key }) => key))
        for (const [index, { resolve }] of batch.entries()) resolve(found[index] as Found)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#asking = false
  }
}
