import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import type { LandingFile } from './landing-file.ts'
import { prepareRange } from './prepare-ranges.ts'

let root: string
let io: FileIO
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'firn-prepare-'))
  io = createFileIO({ cacheDirectory: path.join(root, 'cache'), cacheBytes: 1e6, localRoots: [root] })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const prepare = (name: string, from: number, to?: number) => {
  const { size } = statSync(path.join(root, name))
  const file: LandingFile = {
    id: name,
    name,
    location: `file://${path.join(root, name)}`,
    position: from,
    size,
    etag: 'e',
    modifiedAt: new Date(0),
    state: 'open',
    details: { lines: 0 },
    quiet: true,
  }
  const held = {
    id: 'h',
    sourceId: 's',
    name,
    position: BigInt(from),
    end: null,
    epoch: 1n,
    details: { lines: 0 },
  }
  return prepareRange(io, { file, from, to: to ?? size }, held, path.join(root, 'scratch'))
}

test('of a gzip file that was read and appended to, only what came after is read', async () => {
  const file = path.join(root, 'grown.jsonl.gz')
  writeFileSync(file, gzipSync('one\n'))
  expect(await prepare('grown.jsonl.gz', 0)).toMatchObject({ from: 0, input: { path: file } })
  const { size } = statSync(file)
  appendFileSync(file, gzipSync('two\n'))
  const appended = await prepare('grown.jsonl.gz', size)
  expect(appended).toMatchObject({ from: size, to: statSync(file).size })
  expect(appended?.input).not.toHaveProperty('from')
  expect(gunzipSync(readFileSync(appended?.input.path ?? '')).toString()).toBe('two\n')
})

test('a range ends behind a line, an abandoned last line is taken even where it is longer than a batch', async () => {
  writeFileSync(path.join(root, 'a.jsonl'), `1\n${'x'.repeat(100)}`)
  expect(await prepare('a.jsonl', 0, 50)).toMatchObject({ to: 2, unterminated: false })
  expect(await prepare('a.jsonl', 2, 50)).toMatchObject({ to: 102, unterminated: true })
  expect(await prepare('a.jsonl', 2)).toMatchObject({ to: 102, unterminated: true })
})
