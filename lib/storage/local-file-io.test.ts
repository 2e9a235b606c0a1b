import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { localFileError } from './local-file-error.ts'
import { LocalFileIO } from './local-file-io.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'firn-local-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('roots keep everything else out of reach', async () => {
  const io = new LocalFileIO({ roots: [path.join(folder, 'warehouse')] })
  await io.write(`file://${folder}/warehouse/ok`, Buffer.from('x'))
  for (const outside of ['/etc/passwd', `${folder}/warehouse-2/x`, `${folder}/x`]) {
    await expect(io.read(`file://${outside}`)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(io.write(`file://${outside}`, Buffer.from('x'))).rejects.toMatchObject({ code: 'forbidden' })
  }
  await expect(io.read(`file://${folder}/warehouse/../x`)).rejects.toMatchObject({ code: 'bad-input' })
  await expect(io.read('s3://bucket/x')).rejects.toMatchObject({ code: 'bad-input' })
})

test('a location that is a folder, or below a file, is not found', async () => {
  const io = new LocalFileIO()
  await mkdir(path.join(folder, 'a-folder'))
  await writeFile(path.join(folder, 'a-file'), 'x')
  await expect(io.readStream(`${folder}/a-folder`)).rejects.toMatchObject({ code: 'not-found' })
  await expect(io.read(`${folder}/a-folder`)).rejects.toMatchObject({ code: 'not-found' })
  await expect(io.read(`${folder}/a-file/below`)).rejects.toMatchObject({ code: 'not-found' })
  expect(await io.stat(`${folder}/a-folder`)).toBeNull()
})

test('what a writer that was killed left is not listed', async () => {
  const io = new LocalFileIO()
  await io.write(`${folder}/listed/x`, Buffer.from('x'))
  await writeFile(path.join(folder, 'listed', '.firn-0b0b8a1e-5c1f-4d8e-9f0a-1b2c3d4e5f60.tmp'), 'half')
  expect((await Array.fromAsync(io.list(`${folder}/listed`))).map(({ location }) => location)).toEqual([
    `file://${folder}/listed/x`,
  ])
  expect(await readdir(path.join(folder, 'listed'))).toHaveLength(2)
})

test('publishing replaces, across links to another folder as well', async () => {
  const io = new LocalFileIO()
  await mkdir(path.join(folder, 'real'))
  await symlink(path.join(folder, 'real'), path.join(folder, 'linked'))
  for (const text of ['one', 'two']) {
    await writeFile(path.join(folder, 'made'), text)
    await io.publish([{ localPath: path.join(folder, 'made'), location: `${folder}/linked/deep/x` }])
  }
  expect((await io.read(`${folder}/real/deep/x`)).toString()).toBe('two')
  expect(await readdir(path.join(folder, 'real', 'deep'))).toEqual(['x'])
})

test.each([
  ['ENOSPC', 'unavailable', true, /disk of .* is full \(\d+ bytes free\).*nothing accepted is lost/],
  ['EDQUOT', 'unavailable', true, /is full/],
  ['EACCES', 'forbidden', false, /may not write .* \(EACCES\)/],
  ['EROFS', 'forbidden', false, /EROFS/],
  ['EIO', 'unavailable', true, /Could not write/],
])('%s is said in words', async (code, expected, retryable, message) => {
  const error = await localFileError(
    'write',
    path.join(folder, 'x'),
    Object.assign(new Error(code), { code }),
  )
  expect(error).toMatchObject({ code: expected, retryable, message: expect.stringMatching(message) })
})
