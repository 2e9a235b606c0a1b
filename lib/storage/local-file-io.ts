import { randomUUID } from 'node:crypto'
import { type BigIntStats, constants, createReadStream } from 'node:fs'
import {
  copyFile,
  type FileHandle,
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
} from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { AppError } from '#lib/errors.ts'
import { eachLimited } from './each-limited.ts'
import type { FileIO, FileStat, FinishedFile } from './file-io.ts'
import { localFileError } from './local-file-error.ts'
import { formatLocation, parseLocation } from './location.ts'

export interface LocalFileIOOptions {
  /** Folders that may be touched; everything outside is refused. Unset: any path. */
  roots?: readonly string[]
}

/** What a write that was cut off leaves behind; never listed. */
const temporaryName = /^\.firn-[0-9a-f-]{36}\.tmp$/
const largestRead = 2 ** 31 - 1
const concurrency = 16

/** Files of this machine. Writes are durable (fsync of file and folder) before they are acknowledged. */
export class LocalFileIO implements FileIO {
  private readonly roots: readonly string[] | undefined

  constructor({ roots }: LocalFileIOOptions = {}) {
    this.roots = roots?.map((root) => path.resolve(root))
  }

  private pathOf(location: string): string {
    const parsed = parseLocation(location)
    if (parsed.scheme !== 'file') {
      throw new AppError('bad-input', `Not a local location: ${location}`)
    }
    const file = parsed.path
    if (this.roots?.every((root) => file !== root && !file.startsWith(`${root}/`))) {
      throw new AppError(
        'forbidden',
        `${location} is outside the folders Firn may use (${this.roots.join(', ')}). Move it there, or set WAREHOUSE_LOCATION or LANDING_LOCATION to its folder.`,
      )
    }
    return file
  }

  async read(location: string, range?: { offset: number; length: number }): Promise<Buffer> {
    const file = this.pathOf(location)
    return translated('read', file, async () => {
      const handle = await open(file, 'r')
      try {
        const { size } = await handle.stat()
        const offset = range?.offset ?? 0
        const length = Math.max(0, Math.min(range?.length ?? size, size - offset))
        if (length > largestRead) {
          throw new AppError('too-large', `${location} has ${size} bytes; read it as a stream or in ranges.`)
        }
        return await readFully(handle, offset, length)
      } finally {
        await handle.close()
      }
    })
  }

  async readStream(
    location: string,
    range: { offset: number; length?: number } = { offset: 0 },
  ): Promise<Readable> {
    const file = this.pathOf(location)
    return translated('read', file, async () => {
      const handle = await open(file, 'r')
      if (range.length === 0 || !(await handle.stat()).isFile()) {
        await handle.close()
        if (range.length === 0) return Readable.from([])
        throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
      }
      return createReadStream(file, {
        fd: handle,
        start: range.offset,
        end: range.length === undefined ? undefined : range.offset + range.length - 1,
        highWaterMark: 1 << 20,
      })
    })
  }

  async write(
    location: string,
    body: Uint8Array | Readable,
    { ifAbsent = false }: { ifAbsent?: boolean } = {},
  ): Promise<FileStat> {
    const file = this.pathOf(location)
    return translated('write', file, async () => {
      const temporary = await this.writeTemporary(file, body)
      await this.moveInto(temporary, file, ifAbsent)
      return this.statOf(file)
    })
  }

  /** Writes and flushes the body beside its target. */
  private async writeTemporary(file: string, body: Uint8Array | Readable): Promise<string> {
    const folder = path.dirname(file)
    const temporary = path.join(folder, `.firn-${randomUUID()}.tmp`)
    await makeFolder(folder)
    const handle = await open(temporary, 'wx')
    try {
      if (body instanceof Uint8Array) await handle.writeFile(body)
      else for await (const chunk of body) await handle.writeFile(chunk as Uint8Array)
      await handle.sync()
    } catch (error) {
      await handle.close()
      await rm(temporary, { force: true })
      throw error
    }
    await handle.close()
    return temporary
  }

  /** A link fails where a rename would replace: that makes `ifAbsent` safe against other writers. */
  private async moveInto(temporary: string, file: string, ifAbsent: boolean): Promise<void> {
    try {
      if (ifAbsent) await link(temporary, file)
      else await rename(temporary, file)
    } finally {
      await rm(temporary, { force: true })
    }
    await syncPath(path.dirname(file))
  }

  async stat(location: string): Promise<FileStat | null> {
    const file = this.pathOf(location)
    return translated('stat', file, async () => {
      try {
        const found = await stat(file, { bigint: true })
        return found.isFile() ? describe(file, found) : null
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    })
  }

  private async statOf(file: string): Promise<FileStat> {
    return describe(file, await stat(file, { bigint: true }))
  }

  async *list(prefix: string, { startAfter }: { startAfter?: string } = {}): AsyncIterable<FileStat> {
    const root = this.pathOf(prefix).replace(/\/+$/, '')
    const after = startAfter === undefined ? undefined : this.pathOf(startAfter)
    yield* this.walk(`${root}/`, after)
  }

  /** `folder` ends with a slash. Names go in the order of their bytes over the whole tree, as S3 lists keys. */
  private async *walk(folder: string, after: string | undefined): AsyncIterable<FileStat> {
    const entries = await translated('list', folder, async () => {
      try {
        return await readdir(folder, { withFileTypes: true })
      } catch (error) {
        if (isMissing(error)) return []
        throw error
      }
    })
    const names = entries
      .filter((entry) => !temporaryName.test(entry.name))
      .map((entry) => folder + entry.name + (entry.isDirectory() ? '/' : ''))
      .filter((name) => after === undefined || compareBytes(name, after) > 0 || after.startsWith(name))
      .sort(compareBytes)
    for (let index = 0; index < names.length; ) {
      if (names[index]?.endsWith('/')) {
        yield* this.walk(names[index] ?? '', after)
        index++
        continue
      }
      const files: string[] = []
      while (index < names.length && files.length < 256 && !names[index]?.endsWith('/')) {
        files.push(names[index++] ?? '')
      }
      const found = new Map<string, FileStat>()
      await eachLimited(files, concurrency, async (file) => {
        // A file that goes away between listing and asking is not there.
        const one = file === after ? null : await this.stat(file)
        if (one) found.set(file, one)
      })
      for (const file of files) {
        const one = found.get(file)
        if (one) yield one
      }
    }
  }

  async delete(locations: readonly string[]): Promise<void> {
    const files = locations.map((location) => this.pathOf(location))
    await eachLimited(files, concurrency, (file) =>
      translated('delete', file, async () => {
        try {
          await unlink(file)
        } catch (error) {
          if (!isMissing(error)) throw error
        }
      }),
    )
  }

  async localize(locations: readonly string[]): Promise<string[]> {
    return locations.map((location) => this.pathOf(location))
  }

  /** All are moved before the first flush: what that writes of the folders need not be written again for each of them. */
  async publish(files: readonly FinishedFile[]): Promise<void> {
    const moves = files.map(({ localPath, location }) => ({ localPath, file: this.pathOf(location) }))
    const folders = new Map(moves.map(({ file }) => [path.dirname(file), file]))
    const toSync = new Set(folders.keys())
    await eachLimited([...folders], concurrency, ([folder, file]) =>
      translated('write', file, async () => {
        for (const parent of await makeUnsyncedFolder(folder)) toSync.add(parent)
      }),
    )
    await eachLimited(moves, concurrency, ({ localPath, file }) =>
      translated('write', file, () => moveAcross(localPath, file)),
    )
    for (const paths of [moves.map(({ file }) => file), [...toSync]]) {
      await eachLimited(paths, concurrency, (one) => translated('write', one, () => syncPath(one)))
    }
  }
}

/** A rename, or a copy beside the target and a rename where that is on another disk. */
async function moveAcross(localPath: string, file: string): Promise<void> {
  try {
    await rename(localPath, file)
    return
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
  }
  const copy = path.join(path.dirname(file), `.firn-${randomUUID()}.tmp`)
  try {
    await copyFile(localPath, copy, constants.COPYFILE_FICLONE)
    await rename(copy, file)
  } catch (error) {
    await rm(copy, { force: true })
    throw error
  }
  await rm(localPath, { force: true })
}

async function translated<T>(action: string, file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw await localFileError(action, file, error)
  }
}

const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b))

/** Makes a folder and its parents. Returns the folders whose entries are new, each of which has to be flushed. */
async function makeUnsyncedFolder(folder: string): Promise<string[]> {
  const firstNew = await mkdir(folder, { recursive: true })
  const parents: string[] = []
  if (firstNew === undefined) return parents
  for (let made = folder; made.length >= firstNew.length; made = path.dirname(made)) {
    parents.push(path.dirname(made))
  }
  return parents
}

async function makeFolder(folder: string): Promise<void> {
  for (const parent of await makeUnsyncedFolder(folder)) await syncPath(parent)
}

/** Flushes a file, or a folder: a new or renamed entry is durable only once its folder is. */
async function syncPath(at: string): Promise<void> {
  const handle = await open(/* turbopackIgnore: true */ at, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function readFully(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

function describe(file: string, found: BigIntStats): FileStat {
  return {
    location: formatLocation({ scheme: 'file', path: file }),
    size: Number(found.size),
    lastModified: found.mtime,
    etag: `${found.size.toString(16)}-${found.mtimeNs.toString(16)}`,
  }
}
