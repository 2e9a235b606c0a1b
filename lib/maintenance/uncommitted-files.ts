import { z } from 'zod'
import type { Database, Transaction } from '#lib/db.ts'
import type { Table } from '#lib/iceberg/catalog/catalog.ts'
import type { FileIO } from '#lib/storage/file-io.ts'
import { listLiveFiles } from './list-live-files.ts'

const DetailsSchema = z.looseObject({ uncommitted: z.array(z.string()).optional() })

export type UncommittedFiles = Awaited<ReturnType<typeof createUncommittedFiles>>

/**
 * The files a run has put into the table's folder but not committed, kept on the run's row: written before a file appears,
 * and taken off in the transaction of the commit. So after a kill at any moment the next try knows exactly what to delete.
 */
export async function createUncommittedFiles(db: Database, runId: string) {
  const run = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { details: true } })
  const parsed = DetailsSchema.safeParse(run.details)
  const locations = new Set(parsed.success ? parsed.data.uncommitted : [])
  const details = parsed.success ? parsed.data : {}
  const write = async (tx: Database | Transaction, without?: ReadonlySet<string>) => {
    const uncommitted = [...locations].filter((location) => !without?.has(location))
    const next = JSON.parse(JSON.stringify({ ...details, uncommitted }))
    await tx.run.update({ where: { id: runId }, data: { details: next } })
  }
  // Lanes announce at the same time; one write after the other keeps the row from going back.
  let writing: Promise<void> = Promise.resolve()

  return {
    /** Call before the files appear. */
    add: (added: string[]): Promise<void> => {
      for (const location of added) locations.add(location)
      const next = writing.then(() => write(db))
      writing = next.catch(() => {})
      return next
    },

    /** Call in the commit's transaction; may be called again when the commit is tried again. */
    commit: async (tx: Transaction, committed: string[]): Promise<void> => {
      await write(tx, new Set(committed))
    },

    /** Call after the commit has landed. */
    forget: (committed: string[]): void => {
      for (const location of committed) locations.delete(location)
    },

    /** Deletes files of this run that are certain not to be part of the table. */
    remove: async (io: FileIO, lost: string[]): Promise<void> => {
      await io.delete(lost)
      for (const location of lost) locations.delete(location)
      await write(db)
    },

    /** Deletes what an interrupted try left; returns how many. What the table does read is kept, whatever the row says. */
    removeLeftovers: async (io: FileIO, table: Table): Promise<number> => {
      if (locations.size === 0) return 0
      const live = new Set((await listLiveFiles(table)).map(({ file }) => file.filePath))
      const leftovers = [...locations].filter((location) => !live.has(location))
      await io.delete(leftovers)
      locations.clear()
      await write(db)
      return leftovers.length
    },
  }
}
