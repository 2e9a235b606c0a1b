import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generateEvents } from '#lib/generator/generate-events.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import { createIngestWorkspace, type IngestWorkspace } from '../e2e/harness/ingest-workspace.ts'
import { useS3 } from '../e2e/harness/s3.ts'

let workspace: IngestWorkspace
let landing: string
let sourceId: string
let lines: string[]

beforeAll(async () => {
  const store = await useS3()
  workspace = await createIngestWorkspace({ store })
  landing = `${store.location}/landing/events`
  const sample = path.join(workspace.directory, 'sample')
  await generateEvents({ count: 600, directory: sample })
  lines = readdirSync(sample)
    .sort()
    .flatMap((name) => readFileSync(path.join(sample, name), 'utf8').split('\n'))
    .filter(Boolean)
  sourceId = await workspace.addSource('bucket', { kind: 'landing', location: landing })
})

afterAll(async () => {
  await workspace?.dispose()
})

const put = (name: string, body: string | Buffer) =>
  workspace.io.write(`${landing}/${name}`, typeof body === 'string' ? Buffer.from(body) : body)
const rows = async () =>
  Number(
    (await workspace.queryTable('SELECT count(DISTINCT event_id)::INTEGER AS ids FROM $files'))[0]?.ids ?? 0,
  )
const text = (from: number, to: number) => `${lines.slice(from, to).join('\n')}\n`

it('landing zone and warehouse in a bucket: objects are read once, a replaced one is reported', {
  timeout: 180_000,
}, async () => {
  await put('a.jsonl', text(0, 200))
  await put('deep/b file#1.jsonl.gz', gzipSync(Buffer.from(text(200, 400))))
  workspace.start('ingest')
  workspace.start('commit')
  await workspace.waitFor('both objects', async () => (await rows()) === 400)
  await put('c.jsonl', text(400, 500))
  await workspace.waitFor('a later one', async () => (await rows()) === 500)
  // An object cannot grow, but it can be written again with more at its end.
  await put('c.jsonl', text(400, 600))
  await workspace.waitFor('what was added', async () => (await rows()) === 600)
  await put('a.jsonl', text(300, 500))
  const replaced = () =>
    workspace.db.sourcePartition.findUnique({ where: { sourceId_name: { sourceId, name: 'a.jsonl' } } })
  await workspace.waitFor('the replaced one', async () => (await replaced())?.state === 'failed')
  expect(parseProblem((await replaced())?.problem)?.message).toMatch(/was (replaced|truncated)/)
  const [counts] = await workspace.queryTable('SELECT count(*)::INTEGER AS rows FROM $files')
  expect(counts).toEqual({ rows: 600 })
})
