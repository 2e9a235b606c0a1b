import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '../lib/db.ts'

/**
 * One run of `bench:feed`: the ingest and the commit worker read a topic to its end. Arguments: the source's id, records.
 * Prints the seconds from the ingest worker taking the source up to the last row in a committed snapshot.
 */

/** With the default ten seconds the wait for the last batch and the last commit would be most of the time. */
const settings = { INGEST_BATCH_SECONDS: '1', COMMIT_INTERVAL_SECONDS: '1' }

const [sourceId = '', count = '0'] = process.argv.slice(2)
const db = openDatabase(process.env.DATABASE_URL ?? '', 2)
const workers: ChildProcess[] = ['commit', 'ingest'].map((name) =>
  spawn(process.execPath, [path.resolve(import.meta.dirname, `../workers/${name}.ts`)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...settings },
  }),
)
const ready = () =>
  db.workerProcess.count({ where: { state: 'ready', pid: { in: workers.map(({ pid }) => pid ?? 0) } } })
while ((await ready()) < workers.length) await delay(20)

await db.source.update({ where: { id: sourceId }, data: { state: 'active' } })
const started = performance.now()
const committed = async () =>
  Number(
    (await db.batch.aggregate({ _sum: { rows: true }, where: { sourceId, committedAt: { not: null } } }))._sum
      .rows ?? 0n,
  )
while ((await committed()) < Number(count)) {
  if (workers.some(({ exitCode }) => exitCode !== null))
    throw new Error('A worker ended by itself; its output is above.')
  await delay(20)
}
const seconds = (performance.now() - started) / 1000
await db.source.update({ where: { id: sourceId }, data: { state: 'paused' } })
for (const worker of workers) {
  worker.kill('SIGTERM')
  if (worker.exitCode === null) await once(worker, 'exit')
}
await db.$disconnect()
console.log(JSON.stringify({ seconds }))
