import { isAppError } from '#lib/errors.ts'
import type { FileIO } from '#lib/storage/file-io.ts'

/** Files put into a table's folder before the commit that will refer to them. */
export class PlacedFiles {
  readonly #io: FileIO
  readonly #locations: string[] = []

  constructor(io: FileIO) {
    this.#io = io
  }

  /** Moves a finished local file to its location. */
  async place(localPath: string, location: string): Promise<void> {
    this.#locations.push(location)
    await this.#io.publish([{ localPath, location }])
  }

  /** Runs what ends in the commit; removes the files when it fails, unless the commit may have landed all the same. */
  async guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      if (!isAppError(error, 'commit-state-unknown')) {
        // What stays behind is an orphan file; failing here would hide why.
        await this.#io.delete(this.#locations).catch(() => undefined)
      }
      throw error
    }
  }
}
