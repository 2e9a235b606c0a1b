import { afterEach, beforeEach, expect, it } from 'vitest'
import { logger } from '#lib/log.ts'
import { createTestDatabase, type TestDatabase } from '../../e2e/harness/database.ts'
import { startHeartbeat } from './heartbeat.ts'

let database: TestDatabase

beforeEach(async () => {
  database = await createTestDatabase()
})

afterEach(async () => {
  await database?.drop()
})

it('the last state wins, even when the one before it is still being written', async () => {
  const log = logger({ worker: 'test' })
  for (let round = 0; round < 20; round += 1) {
    const heartbeat = await startHeartbeat(database.db, log, { kind: 'ingest', restarts: 0 })
    const stopping = Promise.all([heartbeat.setState('ready'), heartbeat.setState('stopping')])
    await heartbeat.end('stopped')
    await stopping
    const row = await database.db.workerProcess.findUniqueOrThrow({ where: { id: heartbeat.id } })
    expect(row.state).toBe('stopped')
  }
})
