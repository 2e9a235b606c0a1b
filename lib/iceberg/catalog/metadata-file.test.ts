import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { newTableMetadata } from '../commit/new-table-metadata.ts'
import { MemoryFileIO } from '../test-support/memory-file-io.ts'
import { visitsRequest } from '../test-support/sample-table.ts'
import { nextMetadataLocation, readMetadataFile, writeMetadataFile } from './metadata-file.ts'

const metadata = newTableMetadata('memory://warehouse/visits', visitsRequest)

it('numbers metadata files and makes their names unique', () => {
  const first = nextMetadataLocation(metadata)
  expect(first).toMatch(/^memory:\/\/warehouse\/visits\/metadata\/00000-[0-9a-f-]{36}\.metadata\.json$/)
  expect(nextMetadataLocation(metadata, first)).toMatch(/\/00001-/)
  const elsewhere = { ...metadata, properties: { 'write.metadata.path': 'memory://meta/visits/' } }
  expect(nextMetadataLocation(elsewhere, first)).toMatch(/^memory:\/\/meta\/visits\/00001-/)
  expect(nextMetadataLocation(metadata, 'memory://x/metadata/99999-a.metadata.json')).toMatch(/\/100000-/)
  // Other catalogs name them otherwise.
  expect(nextMetadataLocation(metadata, 'memory://x/metadata/v4.metadata.json')).toMatch(/\/00000-/)
})

it('reads what it wrote, compressed or not, once', async () => {
  const io = new MemoryFileIO()
  const location = nextMetadataLocation(metadata)
  await writeMetadataFile(io, location, metadata)
  expect(await readMetadataFile(io, location)).toBe(metadata)
  const text = await io.read(location)
  await io.write('memory://plain.metadata.json', text)
  await io.write('memory://x.gz.metadata.json', gzipSync(text))
  const reads = io.reads
  expect(await readMetadataFile(io, 'memory://plain.metadata.json')).toEqual(metadata)
  expect(await readMetadataFile(io, 'memory://x.gz.metadata.json')).toEqual(metadata)
  expect(await readMetadataFile(io, 'memory://x.gz.metadata.json')).toEqual(metadata)
  expect(io.reads - reads).toBe(2)
})

it('names the file that is missing, damaged or of a version it does not know', async () => {
  const io = new MemoryFileIO()
  await io.write('memory://cut.metadata.json', Buffer.from('{"format-version": 2'))
  await io.write('memory://v4.metadata.json', Buffer.from('{"format-version": 4}'))
  await expect(readMetadataFile(io, 'memory://none')).rejects.toMatchObject({ code: 'not-found' })
  await expect(readMetadataFile(io, 'memory://cut.metadata.json')).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining('memory://cut.metadata.json'),
  })
  await expect(readMetadataFile(io, 'memory://v4.metadata.json')).rejects.toThrow(
    /v4\.metadata\.json.*format version 4; this version of Firn reads 1 to 3/,
  )
})
