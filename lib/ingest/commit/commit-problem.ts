import { Prisma } from '#db'
import type { Database } from '#lib/db.ts'
import { messageOf } from '#lib/errors.ts'
import { createRun } from '#lib/runs/create-run.ts'
import { finishRun } from '#lib/runs/finish-run.ts'
import { logRun } from '#lib/runs/log-run.ts'
import { parseProblem, problemOf } from '#lib/runs/problem-of.ts'
import { setSourceProblem } from '../source-problem.ts'

/** One failed try may be a hiccup; after this many in a row people should know. */
export const failuresToReport = 3

const part = 'commit'

const sourcesOf = (db: Database, tableId: string) =>
  db.source.findMany({
    where: { pipeline: { OR: [{ tableId }, { errorTableId: tableId }] } },
    select: { id: true, problem: true },
  })

/** Makes a commit that keeps failing visible: an open run of its own, and a problem on the sources that feed the table. */
export async function reportCommitFailure(
  db: Database,
  tableId: string,
  error: unknown,
  failures: number,
  worker: string,
): Promise<void> {
  const open = await db.run.findFirst({
    where: { kind: 'commit', tableId, state: 'running' },
    select: { id: true },
  })
  const runId =
    open?.id ??
    (await createRun(db, {
      kind: 'commit',
      title: 'Commit',
      trigger: 'commit',
      requestedBy: 'firn',
      tableId,
    }))
  const now = new Date()
  await db.run.update({
    where: { id: runId },
    data: {
      state: 'running',
      worker,
      beatAt: now,
      ...(open ? {} : { startedAt: now }),
      problem: JSON.parse(JSON.stringify(problemOf(error, { retrying: true }))) as Prisma.InputJsonObject,
    },
  })
  await logRun(db, runId, 'error', `Try ${failures} failed: ${messageOf(error)}`)
  const problem = problemOf(error, {
    retrying: true,
    action: 'Events are still read and kept as staged files; they are committed as soon as this is mended.',
  })
  for (const { id } of await sourcesOf(db, tableId)) {
    await setSourceProblem(db, id, { ...problem, context: { ...problem.context, part } })
  }
}

/** Takes back what `reportCommitFailure` set, once a commit went through. */
export async function reportCommitRecovery(db: Database, tableId: string): Promise<void> {
  const open = await db.run.findMany({
    where: { kind: 'commit', tableId, state: { in: ['running', 'queued'] } },
    select: { id: true },
  })
  for (const { id } of open) {
    await logRun(db, id, 'info', 'The commit went through.')
    await finishRun(db, id)
    await db.run.update({ where: { id }, data: { problem: Prisma.DbNull } })
  }
  for (const source of await sourcesOf(db, tableId)) {
    if (parseProblem(source.problem)?.context.part !== part) continue
    await db.source.update({ where: { id: source.id }, data: { problem: Prisma.DbNull } })
  }
}
