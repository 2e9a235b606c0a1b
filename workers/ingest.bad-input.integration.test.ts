import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { generateEvents } from '#lib/generator/generate-events.ts'
import { retryPartitions } from '#lib/ingest/retry-partitions.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'

let workspace: IngestWorkspace
let good: string[]
let folder: { path: string; location: string }
let sourceId: string

const file = (name: string) => path.join(folder.path, name)
const partition = (name: string) =>
  workspace.db.sourcePartition.findUnique({ where: { sourceId_name: { sourceId, name } } })
const stateOf = async (name: string) => (await partition(name))?.state
const problemOfFile = async (name: string) => parseProblem((await partition(name))?.problem)
const allCommitted = async () => (await workspace.db.batch.count({ where: { committedAt: null } })) === 0
const rowsIn = async (tableId?: string) =>
  Number((await workspace.queryTable('SELECT count(*)::INTEGER AS rows FROM $files', tableId))[0]?.rows ?? 0)

beforeAll(async () => {
  workspace = await createIngestWorkspace()
  const sample = path.join(workspace.directory, 'sample')
  await generateEvents({ count: 300, directory: sample })
  good = readdirSync(sample)
    .sort()
    .flatMap((name) => readFileSync(path.join(sample, name), 'utf8').split('\n'))
    .filter(Boolean)
  folder = workspace.landing('bad')
  sourceId = await workspace.addSource('bad', { kind: 'landing', location: folder.location })
})

afterAll(async () => {
  await workspace?.dispose()
})

describe('bad input in the landing zone', { timeout: 180_000 }, () => {
  it('bad lines go to the error table with file and line, whole bad files are marked, the rest goes on', async () => {
    const line = (index: number) => good[index] ?? ''
    const wrongType = { ...JSON.parse(line(2)), timestamp: 'yesterday' }
    const { event_id: _missing, ...withoutId } = JSON.parse(line(3))
    writeFileSync(
      file('mixed.jsonl'),
      Buffer.concat([
        Buffer.from(
          `${line(0)}\n{"event_id": \n\n${JSON.stringify(wrongType)}\n${JSON.stringify(withoutId)}\n`,
        ),
        Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d, 0x0a]),
        Buffer.from(`${line(1)}\n`),
      ]),
    )
    writeFileSync(file('long.jsonl'), `${line(4)}\n{"event_id":"${'x'.repeat(10_000_000)}"}\n${line(5)}\n`)
    writeFileSync(file('empty.jsonl'), '')
    writeFileSync(file('whole.jsonl.gz'), gzipSync(Buffer.from(`${good.slice(10, 200).join('\n')}\n`)))
    const cutOff = gzipSync(Buffer.from(`${good.slice(200, 240).join('\n')}\n`))
    writeFileSync(file('truncated.jsonl.gz'), cutOff.subarray(0, cutOff.length - 40))
    writeFileSync(file('not-gzip.jsonl.gz'), `${line(6)}\n`)
    writeFileSync(file('no-line-break.jsonl'), `${line(7)}\n${line(8)}`)
    mkdirSync(file('sub'), { recursive: true })
    writeFileSync(file('sub/good.ndjson'), `${line(9)}\n`)

    workspace.start('ingest')
    workspace.start('commit')
    await workspace.waitFor('every file settled', async () => {
      // Files are found before they are read: in the other order none open could be none found yet.
      const all = await workspace.db.sourcePartition.count({ where: { sourceId } })
      const open = await workspace.db.sourcePartition.count({ where: { sourceId, state: 'open' } })
      return all === 8 && open === 0 && (await allCommitted())
    })

    expect(await stateOf('mixed.jsonl')).toBe('done')
    expect(await stateOf('empty.jsonl')).toBe('done')
    expect(await stateOf('no-line-break.jsonl')).toBe('done')
    expect(await stateOf('truncated.jsonl.gz')).toBe('failed')
    expect((await problemOfFile('truncated.jsonl.gz'))?.message).toContain('ends too early')

    const errors = await workspace.queryTable(
      'SELECT source, position::INTEGER AS line, error, length(raw) AS raw FROM $files ORDER BY source, position',
      workspace.pipeline.errorTableId,
    )
    const mixed = errors.filter(({ source }) => String(source).endsWith('/mixed.jsonl'))
    expect(mixed.map(({ line }) => line)).toEqual([2, 4, 5, 6])
    const long = errors.filter(({ source }) => String(source).endsWith('/long.jsonl'))
    expect(long).toMatchObject([{ line: 2 }])
    expect(Number(long[0]?.raw)).toBeLessThanOrEqual(65_536)
    expect(errors).toHaveLength(5)
    const whole = await workspace.queryTable('SELECT count(DISTINCT event_id)::INTEGER AS ids FROM $files')
    // Lines 0, 1, 4 to 9 (of which 6 is plain text under a gzip's name), and 190 of the gzip; the cut-off one counts not at all.
    expect(whole[0]?.ids).toBe(198)
    const source = await workspace.db.source.findUniqueOrThrow({ where: { id: sourceId } })
    expect(source).toMatchObject({ state: 'active', problem: null })
  })

  it('a failed file is read once a whole one is in its place', async () => {
    const before = await rowsIn()
    expect(await retryPartitions(workspace, sourceId, ['truncated.jsonl.gz'])).toBe(1)
    await workspace.waitFor(
      'the second failure',
      async () => (await stateOf('truncated.jsonl.gz')) === 'failed',
    )
    writeFileSync(file('truncated.jsonl.gz'), gzipSync(Buffer.from(`${good.slice(200, 240).join('\n')}\n`)))
    await workspace.waitFor('the whole file', async () => (await rowsIn()) === before + 40)
    expect(await problemOfFile('truncated.jsonl.gz')).toBeNull()
  })

  it('a file that is truncated or replaced after it was read is reported and not read again', async () => {
    const before = await rowsIn()
    truncateSync(file('mixed.jsonl'), 10)
    const replaced = readFileSync(file('sub/good.ndjson'), 'utf8').replace('"event_id":"', '"event_id":"z')
    writeFileSync(file('sub/good.ndjson'), replaced)
    await workspace.waitFor('both being noticed', async () => {
      return (await stateOf('mixed.jsonl')) === 'failed' && (await stateOf('sub/good.ndjson')) === 'failed'
    })
    expect((await problemOfFile('mixed.jsonl'))?.message).toContain('was truncated to 10 bytes')
    expect((await problemOfFile('sub/good.ndjson'))?.message).toContain('was replaced')
    expect(await retryPartitions(workspace, sourceId)).toBe(2)
    appendFileSync(file('sub/good.ndjson'), `${good[250]}\n`)
    await workspace.waitFor('the line added later', async () => (await rowsIn()) === before + 1)
    expect(await stateOf('mixed.jsonl')).not.toBe('failed')
  })

  it('a growing file is read line by whole line', async () => {
    const before = await rowsIn()
    const [half, rest] = [good[260]?.slice(0, 100) ?? '', good[260]?.slice(100) ?? '']
    writeFileSync(file('growing.jsonl'), `${good[251]}\n${half}`)
    await workspace.waitFor('the whole line', async () => (await rowsIn()) === before + 1)
    appendFileSync(file('growing.jsonl'), `${rest}\n${good[261]}\n`)
    await workspace.waitFor('the two others', async () => (await rowsIn()) === before + 3)
    expect(await workspace.db.batch.count({ where: { sourceId, errorRows: { gt: 0 } } })).toBeLessThanOrEqual(
      3,
    )
  })

  it('documents over several lines and odd characters are errors, what was appended to a gzip file is read once', async () => {
    const before = await rowsIn()
    const errorsBefore = await rowsIn(workspace.pipeline.errorTableId)
    const pretty = JSON.stringify(JSON.parse(good[270] ?? ''), null, 2)
    writeFileSync(file('pretty.json'), `${pretty}\n${good[271]}\n`)
    const nul = JSON.stringify({ ...JSON.parse(good[272] ?? ''), timestamp: 'yester\0day' })
    writeFileSync(file('odd.jsonl'), `{"a": 🍲}\n${'x'.repeat(199)}🍲\n${nul}\n${good[273]}\n`)
    writeFileSync(file('grown.jsonl.gz'), gzipSync(`${good[274]}\n`))
    await workspace.waitFor('the good lines', async () => (await rowsIn()) === before + 3)
    appendFileSync(file('grown.jsonl.gz'), gzipSync(`${good[275]}\n`))
    await workspace.waitFor('the line appended', async () => (await rowsIn()) > before + 3)
    expect(await rowsIn()).toBe(before + 4)
    const slow = gzipSync(`${good[276]}\n`)
    appendFileSync(file('grown.jsonl.gz'), slow.subarray(0, 60))
    await workspace.waitFor('half a member', async () => (await stateOf('grown.jsonl.gz')) === 'failed')
    appendFileSync(file('grown.jsonl.gz'), slow.subarray(60))
    await workspace.waitFor('the whole member', async () => (await rowsIn()) === before + 5)
    appendFileSync(file('grown.jsonl.gz'), slow.subarray(0, 60))
    await workspace.waitFor('half of one more', async () => (await stateOf('grown.jsonl.gz')) === 'failed')
    writeFileSync(file('grown.jsonl.gz'), gzipSync(`${good.slice(274, 290).join('\n')}\n`))
    await workspace.waitFor('another file in its place', async () =>
      Boolean((await problemOfFile('grown.jsonl.gz'))?.message.includes('was replaced')),
    )
    expect(await rowsIn()).toBe(before + 5)
    const errors = pretty.split('\n').length + 3
    expect(await rowsIn(workspace.pipeline.errorTableId)).toBe(errorsBefore + errors)
    const source = await workspace.db.source.findUniqueOrThrow({ where: { id: sourceId } })
    expect(source).toMatchObject({ state: 'active', problem: null })
  })
})
