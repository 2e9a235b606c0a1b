import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type TestBucket, useS3 } from '../../e2e/harness/s3.ts'
import { createFileIO } from './create-file-io.ts'
import type { FileIO } from './file-io.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'firn-storage-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const stores: Record<string, () => Promise<{ io: FileIO; root: string }>> = {
  local: async () => ({
    io: createFileIO({ cacheDirectory: path.join(folder, 'unused'), cacheBytes: 1e9 }),
    root: `file://${folder}/store`,
  }),
  s3: async () => {
    const { s3, location } = await useS3()
    return {
      io: createFileIO({ s3, cacheDirectory: path.join(folder, 'cache'), cacheBytes: 1e9 }),
      root: location,
    }
  },
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => Array.fromAsync(items)
const locations = async (io: FileIO, prefix: string, startAfter?: string): Promise<string[]> =>
  (await collect(io.list(prefix, { startAfter }))).map((file) => file.location)
const noise = (bytes: number): Buffer => {
  const body = Buffer.alloc(bytes)
  for (let index = 0; index + 4 <= bytes; index += 4) body.writeUInt32LE((index * 2654435761) >>> 0, index)
  return body
}

describe.each(Object.keys(stores))('FileIO over %s', (name) => {
  let io: FileIO
  let root: string
  beforeAll(async () => {
    const store = await stores[name]?.()
    if (!store) throw new Error(`no store ${name}`)
    io = store.io
    root = store.root
  })

  test('reads what was written, whole, in ranges and as a stream', async () => {
    const at = `${root}/rw/a.bin`
    const written = await io.write(at, Buffer.from('0123456789'))
    expect(written).toMatchObject({ location: at, size: 10 })
    expect(written.etag).not.toBe('')
    expect(Math.abs(written.lastModified.getTime() - Date.now())).toBeLessThan(60_000)
    expect((await io.read(at)).toString()).toBe('0123456789')
    expect((await io.read(at, { offset: 3, length: 4 })).toString()).toBe('3456')
    expect((await io.read(at, { offset: 8, length: 100 })).toString()).toBe('89')
    expect((await io.read(at, { offset: 10, length: 5 })).length).toBe(0)
    expect((await io.read(at, { offset: 2, length: 0 })).length).toBe(0)
    expect(await text(await io.readStream(at))).toBe('0123456789')
    expect(await text(await io.readStream(at, { offset: 7 }))).toBe('789')
    expect(await text(await io.readStream(at, { offset: 1, length: 2 }))).toBe('12')
    expect(await io.stat(at)).toEqual(written)
  })

  test('replaces a file as a whole, and an empty file is a file', async () => {
    const at = `${root}/rw/replaced`
    const first = await io.write(at, Buffer.from('one'))
    const second = await io.write(at, Buffer.alloc(0))
    expect(second.size).toBe(0)
    expect(second.etag).not.toBe(first.etag)
    expect((await io.read(at)).length).toBe(0)
    expect(await text(await io.readStream(at))).toBe('')
  })

  test('takes a stream of many parts', async () => {
    const at = `${root}/rw/large.bin`
    const chunk = noise(5 << 20)
    const written = await io.write(at, Readable.from([chunk, chunk, chunk, chunk, chunk, chunk, chunk]))
    expect(written.size).toBe(35 << 20)
    const edge = await io.read(at, { offset: (5 << 20) - 4, length: 8 })
    expect(edge).toEqual(Buffer.concat([chunk.subarray(-4), chunk.subarray(0, 4)]))
    expect((await io.read(at)).subarray(30 << 20).equals(chunk)).toBe(true)
  })

  test('a stream that breaks leaves nothing behind', async () => {
    const at = `${root}/broken/file`
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('the source broke')
      })(),
    )
    await expect(io.write(at, breaking)).rejects.toThrow(/the source broke/)
    expect(await io.stat(at)).toBeNull()
    expect(await locations(io, `${root}/broken`)).toEqual([])
  })

  test('of many writers with ifAbsent exactly one wins', async () => {
    const at = `${root}/race/v1.metadata.json`
    const bodies = Array.from({ length: 12 }, (_, index) => Buffer.from(`writer ${index}`))
    const results = await Promise.allSettled(bodies.map((body) => io.write(at, body, { ifAbsent: true })))
    const won = results.findIndex((result) => result.status === 'fulfilled')
    const lost = results.filter((result) => result.status === 'rejected')
    expect(lost).toHaveLength(11)
    // A server may answer a loser that another write is going on instead of that it is over.
    for (const { reason } of lost) {
      expect(reason.code === 'already-exists' || reason.retryable).toBe(true)
    }
    expect((await io.read(at)).toString()).toBe(`writer ${won}`)
    await expect(io.write(at, Buffer.from('late'), { ifAbsent: true })).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('race/v1.metadata.json'),
    })
    await expect(io.write(at, Readable.from([noise(17 << 20)]), { ifAbsent: true })).rejects.toMatchObject({
      code: 'already-exists',
    })
  })

  test('a missing file is not found, and its stat is null', async () => {
    const at = `${root}/absent/file`
    expect(await io.stat(at)).toBeNull()
    await expect(io.read(at)).rejects.toMatchObject({ code: 'not-found', retryable: false })
    await expect(io.readStream(at)).rejects.toMatchObject({ code: 'not-found' })
    const nothing = [{ localPath: path.join(folder, 'nothing'), location: at }]
    await expect(io.publish(nothing)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('keeps odd names character by character', async () => {
    const names = [
      '한 글+a%b.parquet',
      'p%2Fq=1',
      'a b#c?d',
      "quote's",
      'ümlaut',
      '.hidden',
      'x=2024-01-01 10:00',
    ]
    for (const one of names) await io.write(`${root}/odd/${one}`, Buffer.from(one))
    const found = await locations(io, `${root}/odd`)
    expect(found.toSorted()).toEqual(names.map((one) => `${root}/odd/${one}`).toSorted())
    for (const one of names) expect((await io.read(`${root}/odd/${one}`)).toString()).toBe(one)
    await io.delete(found)
    expect(await locations(io, `${root}/odd`)).toEqual([])
  })

  test('lists a folder and not its neighbours, in the order of names, from a place on', async () => {
    const names = ['a', 'a-b/x', 'a/1', 'a/2/z', 'a/3', 'a0', 'b', '가/나']
    // 'a' cannot be a file and a folder on a disk.
    const used = names.filter((one) => one !== 'a')
    for (const one of used) await io.write(`${root}/tree/${one}`, Buffer.from('x'))
    await io.write(`${root}/tree2/no`, Buffer.from('x'))
    const all = used
      .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      .map((one) => `${root}/tree/${one}`)
    expect(await locations(io, `${root}/tree`)).toEqual(all)
    expect(await locations(io, `${root}/tree/`)).toEqual(all)
    expect(await locations(io, `${root}/nothing-there`)).toEqual([])
    for (const [index, location] of all.entries()) {
      expect(await locations(io, `${root}/tree`, location)).toEqual(all.slice(index + 1))
    }
    expect(await locations(io, `${root}/tree`, `${root}/tree/a/2`)).toEqual(
      all.filter((location) => location > `${root}/tree/a/2`),
    )
  })

  test('lists and deletes more files than a page holds', async () => {
    const count = 1203
    const at = Array.from({ length: count }, (_, index) => `${root}/many/${String(index).padStart(5, '0')}`)
    for (let start = 0; start < count; start += 50) {
      await Promise.all(at.slice(start, start + 50).map((location) => io.write(location, Buffer.from('x'))))
    }
    expect(await locations(io, `${root}/many`)).toEqual(at)
    await io.delete([...at, `${root}/many/was-never-there`])
    expect(await locations(io, `${root}/many`)).toEqual([])
    await io.delete([])
  })

  test('publishes a local file, small or large, and takes it away', async () => {
    for (const size of [1000, 20 << 20]) {
      const local = path.join(folder, `made-${size}.parquet`)
      await writeFile(local, noise(size))
      const location = `${root}/data/day=1/${size}.parquet`
      await io.publish([{ localPath: local, location }])
      expect(await io.stat(location)).toMatchObject({ size })
      await expect(stat(local)).rejects.toThrow()
      expect((await buffer(await io.readStream(location))).equals(noise(size))).toBe(true)
    }
  })

  test('publishes many files at once; one that is missing fails all of them', async () => {
    const files = Array.from({ length: 40 }, (_, index) => ({
      localPath: path.join(folder, `many-${index}.parquet`),
      location: `${root}/many/day=${index % 7}/${index}.parquet`,
    }))
    for (const { localPath } of files) await writeFile(localPath, localPath)
    await io.publish(files)
    for (const { localPath, location } of files) expect((await io.read(location)).toString()).toBe(localPath)
    await writeFile(path.join(folder, 'there'), 'x')
    const some = ['there', 'missing'].map((name) => ({
      localPath: path.join(folder, name),
      location: `${root}/many/${name}`,
    }))
    await expect(io.publish(some)).rejects.toMatchObject({ code: 'not-found' })
    await io.publish([])
  })

  test('gives local paths in the order asked, each once', async () => {
    const at = ['c', 'a', 'b'].map((one) => `${root}/localize/${one}.parquet`)
    for (const location of at) await io.write(location, Buffer.from(location))
    const paths = await io.localize([...at, at[0] ?? ''])
    expect(paths).toHaveLength(4)
    expect(paths[3]).toBe(paths[0])
    for (const [index, location] of at.entries()) {
      expect((await readFile(paths[index] ?? '')).toString()).toBe(location)
      expect(path.extname(paths[index] ?? '')).toBe('.parquet')
    }
    await expect(io.read(`${root}/localize/../escape`)).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('FileIO over s3', () => {
  let bucket: TestBucket
  beforeAll(async () => {
    bucket = await useS3()
  })

  test('a copy that is at hand is not fetched again, and missing files are said to be missing', async () => {
    const { s3, location } = bucket
    const cacheDirectory = path.join(folder, 'cache-once')
    const io = createFileIO({ s3, cacheDirectory, cacheBytes: 1e9 })
    await io.write(`${location}/x.parquet`, Buffer.from('first'))
    const [copy] = await io.localize([`${location}/x.parquet`])
    // Data files never change: a change that happens nevertheless shows which one is read.
    await io.write(`${location}/x.parquet`, Buffer.from('second'))
    expect(await io.localize([`${location}/x.parquet`])).toEqual([copy])
    expect((await readFile(copy ?? '')).toString()).toBe('first')
    await expect(io.localize([`${location}/gone.parquet`])).rejects.toMatchObject({ code: 'not-found' })
    const left = await readdir(cacheDirectory, { recursive: true })
    expect(left.filter((one) => one.endsWith('.part'))).toEqual([])
  })

  test.each([
    ['a wrong key', { secretAccessKey: 'wrong' }, 'forbidden', false],
    ['a server that is away', { endpoint: 'http://127.0.0.1:1' }, 'unavailable', true],
  ])('says what is wrong with %s', async (_, change, code, retryable) => {
    const { s3, location } = bucket
    const io = createFileIO({
      s3: { ...s3, ...change },
      cacheDirectory: path.join(folder, 'c'),
      cacheBytes: 1e9,
    })
    await expect(io.write(`${location}/x`, Buffer.from('x'))).rejects.toMatchObject({ code, retryable })
  })

  test('a bucket that is not there is named', async () => {
    const { s3 } = bucket
    const io = createFileIO({ s3, cacheDirectory: path.join(folder, 'c'), cacheBytes: 1e9 })
    await expect(io.write('s3://no-such-bucket-here/x', Buffer.from('x'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('no bucket'),
    })
  })
})
