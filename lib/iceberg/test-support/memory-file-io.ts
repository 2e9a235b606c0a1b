import { Readable } from 'node:stream'
import { AppError } from '../../errors.ts'
import type { FileIO, FileStat } from '../../storage/file-io.ts'

/** A FileIO over a map, for tests of what is written and deleted. */
export class MemoryFileIO implements FileIO {
  readonly files = new Map<string, Buffer>()
  reads = 0

  async read(location: string, range?: { offset: number; length: number }): Promise<Buffer> {
    this.reads += 1
    const bytes = this.files.get(location)
    if (!bytes) throw new AppError('not-found', `There is no ${location}.`)
    return range ? bytes.subarray(range.offset, range.offset + range.length) : bytes
  }

  async readStream(location: string): Promise<Readable> {
    return Readable.from(await this.read(location))
  }

  async write(location: string, body: Uint8Array | Readable): Promise<FileStat> {
    if (!(body instanceof Uint8Array)) throw new AppError('bad-input', 'Tests write whole buffers.')
    this.files.set(location, Buffer.from(body))
    return this.#stat(location, body.length)
  }

  #stat(location: string, size: number): FileStat {
    return { location, size, lastModified: new Date(0), etag: String(size) }
  }

  async stat(location: string): Promise<FileStat | null> {
    const bytes = this.files.get(location)
    return bytes ? this.#stat(location, bytes.length) : null
  }

  async *list(prefix: string): AsyncIterable<FileStat> {
    for (const [location, bytes] of [...this.files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (location.startsWith(prefix)) yield this.#stat(location, bytes.length)
    }
  }

  async delete(locations: readonly string[]): Promise<void> {
    for (const location of locations) this.files.delete(location)
  }

  async localize(locations: readonly string[]): Promise<string[]> {
    return [...locations]
  }

  async publish(): Promise<void> {
    throw new AppError('bad-input', 'Tests in memory have no local files.')
  }
}
