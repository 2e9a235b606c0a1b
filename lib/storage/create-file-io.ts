import type { Readable } from 'node:stream'
import type { FileIO, FileStat, FinishedFile } from './file-io.ts'
import { LocalFileIO } from './local-file-io.ts'
import { parseLocation } from './location.ts'
import type { S3Options } from './s3-file-io.ts'

export interface FileIOOptions {
  s3?: S3Options
  /** Holds local copies of remote files. */
  cacheDirectory: string
  cacheBytes: number
  /** Local folders that may be touched. Unset: any. */
  localRoots?: readonly string[]
}

/** One FileIO over every scheme; each location goes to the store of its own. */
export function createFileIO(options: FileIOOptions): FileIO {
  return new FileIOByScheme(options)
}

class FileIOByScheme implements FileIO {
  private readonly options: FileIOOptions
  private readonly local: LocalFileIO
  private remote: Promise<FileIO> | undefined

  constructor(options: FileIOOptions) {
    this.options = options
    this.local = new LocalFileIO({ roots: options.localRoots })
  }

  /** The AWS packages are loaded only where a location asks for them. */
  private s3(): Promise<FileIO> {
    this.remote ??= import('./s3-file-io.ts').then(({ S3FileIO }) => new S3FileIO(this.options))
    return this.remote
  }

  private async storeOf(location: string): Promise<FileIO> {
    return parseLocation(location).scheme === 's3' ? this.s3() : this.local
  }

  async read(location: string, range?: { offset: number; length: number }): Promise<Buffer> {
    return (await this.storeOf(location)).read(location, range)
  }

  async readStream(location: string, range?: { offset: number; length?: number }): Promise<Readable> {
    return (await this.storeOf(location)).readStream(location, range)
  }

  async write(
    location: string,
    body: Uint8Array | Readable,
    options?: { ifAbsent?: boolean },
  ): Promise<FileStat> {
    return (await this.storeOf(location)).write(location, body, options)
  }

  async stat(location: string): Promise<FileStat | null> {
    return (await this.storeOf(location)).stat(location)
  }

  async *list(prefix: string, options?: { startAfter?: string }): AsyncIterable<FileStat> {
    yield* (await this.storeOf(prefix)).list(prefix, options)
  }

  async delete(locations: readonly string[]): Promise<void> {
    const remote = locations.filter((location) => parseLocation(location).scheme === 's3')
    const local = locations.filter((location) => parseLocation(location).scheme === 'file')
    if (local.length > 0) await this.local.delete(local)
    if (remote.length > 0) await (await this.s3()).delete(remote)
  }

  async localize(locations: readonly string[]): Promise<string[]> {
    const remote = locations.filter((location) => parseLocation(location).scheme === 's3')
    if (remote.length === 0) return this.local.localize(locations)
    const copies = await (await this.s3()).localize(remote)
    const localPaths = new Map(remote.map((location, index) => [location, copies[index] ?? '']))
    return Promise.all(
      locations.map(async (location) => {
        const copy = localPaths.get(location)
        return copy ?? (await this.local.localize([location]))[0] ?? ''
      }),
    )
  }

  async publish(files: readonly FinishedFile[]): Promise<void> {
    const remote = files.filter(({ location }) => parseLocation(location).scheme === 's3')
    const local = files.filter(({ location }) => parseLocation(location).scheme === 'file')
    if (local.length > 0) await this.local.publish(local)
    if (remote.length > 0) await (await this.s3()).publish(remote)
  }
}
