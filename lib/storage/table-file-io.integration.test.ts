import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type TestBucket, useS3 } from '../../e2e/harness/s3.ts'
import { createFileIO } from './create-file-io.ts'
import { tableFileIO } from './table-file-io.ts'

let bucket: TestBucket
const directory = mkdtempSync(path.join(tmpdir(), 'firn-table-io-'))
const options = { cacheDirectory: path.join(directory, 'cache'), cacheBytes: 1_000_000 }
// Our own store: another server, and keys that nobody knows.
const own = createFileIO({
  ...options,
  s3: {
    endpoint: 'http://127.0.0.1:1',
    region: 'us-east-1',
    accessKeyId: 'own',
    secretAccessKey: 'own',
    forcePathStyle: true,
  },
})

beforeAll(async () => {
  bucket = await useS3()
})
afterAll(() => rmSync(directory, { recursive: true, force: true }))

it('reads and writes with the keys of the table’s config, at its server', async () => {
  const { endpoint, accessKeyId, secretAccessKey } = bucket.s3
  const config = {
    's3.endpoint': endpoint,
    's3.access-key-id': accessKeyId,
    's3.secret-access-key': secretAccessKey,
    's3.path-style-access': 'true',
    'client.region': 'us-east-1',
  }
  const location = `${bucket.location}/data/1.parquet`
  const io = tableFileIO(config, own, options)
  await io.write(location, Buffer.from('rows'))
  expect((await io.read(location)).toString()).toBe('rows')
  const [copy] = await io.localize([location])
  expect(copy).toContain(`${options.cacheDirectory}/s3-`)

  const wrong = tableFileIO({ ...config, 's3.secret-access-key': 'wrong' }, own, options)
  await expect(wrong.read(location)).rejects.toMatchObject({ code: 'forbidden' })
})
