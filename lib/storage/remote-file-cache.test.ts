import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '#lib/errors.ts'
import { RemoteFileCache } from './remote-file-cache.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'firn-cache-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

function countingCache(bytes: number, size = 100) {
  const seen = { downloads: [] as string[], running: 0, most: 0 }
  const cache = new RemoteFileCache({
    directory: folder,
    bytes,
    download: async (location, localPath) => {
      seen.downloads.push(location)
      seen.most = Math.max(seen.most, ++seen.running)
      await turn()
      await writeFile(localPath, location.padEnd(size))
      seen.running--
    },
  })
  return { cache, seen }
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `s3://b/${index}.parquet`)
const copies = async () =>
  (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.parquet'))

test('copies each file once, whoever asks and however often', async () => {
  const { cache, seen } = countingCache(1e6)
  const wanted = names(40)
  const all = await Promise.all([cache.get(wanted), cache.get(wanted.toReversed()), cache.get(wanted)])
  expect(all[1]).toEqual(all[0]?.toReversed())
  expect(seen.downloads).toHaveLength(40)
  expect(seen.most).toBeGreaterThan(1)
  expect(seen.most).toBeLessThanOrEqual(16)
  expect((await readFile(all[0]?.[7] ?? '', 'utf8')).trim()).toBe('s3://b/7.parquet')
  const { cache: another, seen: seenByOther } = countingCache(1e6)
  await another.get(wanted)
  expect(seenByOther.downloads).toEqual([])
})

test('the longest unused copies go when the folder is too large, those just handed out stay', async () => {
  const { cache } = countingCache(1000)
  const old = await cache.get(names(10))
  const hourAgo = Date.now() / 1000 - 3600
  for (const [index, file] of old.entries()) await utimes(file, hourAgo + index, hourAgo + index)
  // Used again: it is among the youngest now.
  await cache.get(['s3://b/0.parquet'])
  const fresh = await cache.get(['s3://b/new1.parquet', 's3://b/new2.parquet'])
  const left = await copies()
  // 12 files of 100 bytes are over 1000: swept to 800.
  expect(left).toHaveLength(8)
  for (const file of [old[0], ...fresh]) expect((await stat(file ?? '')).size).toBe(100)
  for (const file of old.slice(1, 5)) await expect(stat(file)).rejects.toThrow()
})

test('a request larger than the whole cache is served nevertheless', async () => {
  const { cache } = countingCache(500)
  const files = await cache.get(names(20))
  for (const file of files) expect((await stat(file)).size).toBe(100)
})

test('a copy that fails leaves nothing, and the next request tries again', async () => {
  let broken = true
  const cache = new RemoteFileCache({
    directory: folder,
    bytes: 1e6,
    download: async (location, localPath) => {
      await writeFile(localPath, location)
      if (broken) throw new AppError('unavailable', 'the store is away', { retryable: true })
    },
  })
  await expect(cache.get(names(3))).rejects.toMatchObject({ code: 'unavailable' })
  const left = await readdir(folder, { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => entry.isFile())).toEqual([])
  broken = false
  expect(await cache.get(names(3))).toHaveLength(3)
})
