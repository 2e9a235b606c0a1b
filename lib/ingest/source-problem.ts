import { Prisma } from '#db'
import type { Database, Transaction } from '#lib/db.ts'
import { parseProblem } from '#lib/runs/problem-of.ts'
import type { Problem } from '#lib/runs/run-types.ts'

/** A problem as a JSON column takes it. */
export const problemJson = (problem: Problem): Prisma.InputJsonObject =>
  JSON.parse(JSON.stringify(problem)) as Prisma.InputJsonObject

/**
 * Records why a source does not go on. The time of an equal problem that is already there is kept. With `stop` the
 * source is stopped until a person resumes it; otherwise the reader keeps trying and clears the problem itself.
 */
export async function setSourceProblem(
  db: Database | Transaction,
  sourceId: string,
  problem: Problem,
  options: { stop?: boolean } = {},
): Promise<void> {
  const source = await db.source.findUnique({ where: { id: sourceId }, select: { problem: true } })
  const before = parseProblem(source?.problem)
  const same = before?.code === problem.code && before.message === problem.message
  if (same && !options.stop) return
  await db.source.update({
    where: { id: sourceId },
    data: {
      problem: problemJson(same && before ? { ...problem, since: before.since } : problem),
      ...(options.stop ? { state: 'stopped' } : {}),
    },
  })
}

/** Whether a source stands still because its topic was made anew: nothing of the topic as it is now was read by it. */
export const lostItsTopic = (source: { state: string; problem: unknown }): boolean => {
  const problem = parseProblem(source.problem)
  return source.state === 'stopped' && problem?.code === 'gone' && problem.context.recreated === true
}

/** Takes a problem away that Firn had set while it kept trying; a stopped source keeps its reason. */
export async function clearSourceProblem(db: Database, sourceId: string): Promise<void> {
  await db.source.updateMany({
    where: { id: sourceId, state: { not: 'stopped' } },
    data: { problem: Prisma.DbNull },
  })
}
