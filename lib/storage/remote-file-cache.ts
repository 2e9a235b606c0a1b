import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import { eachLimited } from './each-limited.ts'
import { localFileError } from './local-file-error.ts'

export interface RemoteFileCacheOptions {
  directory: string
  /** Old copies go when the folder grows beyond this. */
  bytes: number
  /** Copies one remote file to a local path. */
  download(location: string, localPath: string): Promise<void>
}

const connections = 16
/** A copy handed out a moment ago may not have been opened yet, so it stays even if the folder is over its size. */
const graceMs = 10 * 60_000
/** Room made at a time, so that not every download sweeps. */
const sweepTo = 0.8

/**
 * Local copies of immutable remote files. The file's time of modification is the time of its last use, so that all
 * processes that share the folder agree what is old.
 */
export class RemoteFileCache {
  private readonly options: RemoteFileCacheOptions
  private readonly running = new Map<string, Promise<string>>()
  private waiting: (() => void)[] = []
  private free = connections
  /** Bytes in the folder as far as this process knows. */
  private size: Promise<number> | undefined
  private added = 0

  constructor(options: RemoteFileCacheOptions) {
    this.options = options
  }

  /** Local paths in the order of the locations. */
  async get(locations: readonly string[]): Promise<string[]> {
    const paths = new Array<string>(locations.length)
    await eachLimited(locations, connections * 2, async (location, index) => {
      paths[index] = await this.one(location)
    })
    await this.sweepWhenLarge()
    return paths
  }

  private one(location: string): Promise<string> {
    const known = this.running.get(location)
    if (known) return known
    const copying = this.copy(location).finally(() => this.running.delete(location))
    this.running.set(location, copying)
    return copying
  }

  private pathOf(location: string): string {
    const hash = createHash('sha256').update(location).digest('hex').slice(0, 40)
    return path.join(this.options.directory, hash.slice(0, 2), hash + path.extname(location).slice(0, 10))
  }

  private async copy(location: string): Promise<string> {
    const file = this.pathOf(location)
    const now = new Date()
    try {
      await utimes(file, now, now)
      return file
    } catch {
      // Not here yet.
    }
    const temporary = `${file}.${randomUUID()}.part`
    await this.enter()
    try {
      await mkdir(path.dirname(file), { recursive: true })
      await this.options.download(location, temporary)
      this.added += (await stat(temporary)).size
      await rename(temporary, file)
      return file
    } catch (error) {
      await rm(temporary, { force: true })
      throw await localFileError('write', file, error)
    } finally {
      this.leave()
    }
  }

  private async enter(): Promise<void> {
    if (this.free > 0) this.free--
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
  }

  private leave(): void {
    const next = this.waiting.shift()
    if (next) next()
    else this.free++
  }

  private async sweepWhenLarge(): Promise<void> {
    if (this.added === 0) return
    this.size ??= this.files().then((files) => files.reduce((sum, file) => sum + file.size, 0) - this.added)
    if ((await this.size) + this.added <= this.options.bytes) return
    const files = (await this.files()).sort((a, b) => a.usedAt - b.usedAt)
    let size = files.reduce((sum, file) => sum + file.size, 0)
    const goal = this.options.bytes * sweepTo
    for (const file of size > this.options.bytes ? files : []) {
      if (size <= goal || Date.now() - file.usedAt < graceMs) break
      await rm(file.path, { force: true })
      size -= file.size
    }
    this.size = Promise.resolve(size)
    this.added = 0
  }

  private async files(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const entries = await readdir(this.options.directory, { recursive: true, withFileTypes: true }).catch(
      () => [],
    )
    const files: { path: string; size: number; usedAt: number }[] = []
    await eachLimited(
      entries.filter((entry) => entry.isFile()),
      connections,
      async (entry) => {
        const file = path.join(entry.parentPath, entry.name)
        const found = await stat(file).catch(() => null)
        if (found) files.push({ path: file, size: found.size, usedAt: found.mtimeMs })
      },
    )
    return files
  }
}
