import { Client } from 'pg'
import { messageOf } from '#lib/errors.ts'
import type { Logger } from '#lib/log.ts'

export interface TableLock {
  /** Runs `work` unless another commit worker is at this table; undefined then. */
  withTable<Result>(tableId: string, work: () => Promise<Result>): Promise<Result | undefined>
  close(): Promise<void>
}

/**
 * One commit worker per table at a time, by advisory locks on a connection of its own: they are gone when the process
 * is. They save wasted work only; that no file is committed twice is up to the commit's own transaction.
 */
export function createTableLock(url: string, log: Logger): TableLock {
  let client: Client | undefined
  const connected = async (): Promise<Client> => {
    if (client) return client
    const next = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
    next.on('error', (error) => {
      log.warn({ reason: messageOf(error) }, 'the connection that holds table locks was lost')
      if (client === next) client = undefined
    })
    await next.connect()
    client = next
    return next
  }
  return {
    async withTable(tableId, work) {
      const connection = await connected()
      const key = `firn.commit:${tableId}`
      const { rows } = await connection.query<{ locked: boolean }>(
        'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS locked',
        [key],
      )
      if (!rows[0]?.locked) return undefined
      try {
        return await work()
      } finally {
        await connection.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [key]).catch(() => {})
      }
    },
    async close() {
      await client?.end().catch(() => {})
      client = undefined
    },
  }
}
