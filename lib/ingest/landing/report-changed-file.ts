import { AppError } from '#lib/errors.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import type { IngestContext } from '../ingest-context.ts'
import { problemJson } from '../source-problem.ts'

/** Marks a file whose content is no longer what was read of it; it is not read on until a person decides. */
export async function reportChangedFile(
  context: Pick<IngestContext, 'db' | 'log'>,
  file: { id: string; name: string; position: bigint | number },
  found: string,
): Promise<void> {
  const message = `${file.name} ${found} after Firn had read ${file.position} bytes of it. What was read stays in the table; the changed content is not read.`
  const problem = problemOf(new AppError('conflict', message), {
    action:
      'Give new data a new file name. "Retry" accepts the file as it is now and reads only what is added later.',
  })
  await context.db.sourcePartition.updateMany({
    where: { id: file.id },
    data: { state: 'failed', problem: problemJson(problem), owner: null, leaseUntil: null },
  })
  context.log.warn({ file: file.name }, message)
}
