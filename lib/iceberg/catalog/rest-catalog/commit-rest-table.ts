import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { AppError, isAppError } from '../../../errors.ts'
import { requirementToJson } from '../../commit/requirement-json.ts'
import { tableUpdateToJson } from '../../commit/update-json.ts'
import { type CommitRequest, formatIdentifier, type Table, type TableIdentifier } from '../catalog.ts'
import { commitLanded, landsAtMostOnce } from './commit-landed.ts'
import type { RestCall, RestConnection } from './rest-connection.ts'
import { parseAnswer, TableAnswer } from './wire.ts'

/** How often one commit is sent when its outcome stays unknown, each time after a look at the table. */
const sends = 3
const lookAgainMs = 300

/**
 * Commits through a REST catalog. A lost answer, a timeout and 5xx leave open whether the commit landed: then the table
 * itself is looked at before anything else. A commit that is not there is sent again only where it can land at most once.
 * @throws AppError `conflict` (retryable: not landed), `commit-state-unknown` (looking did not tell), `not-found`, …
 */
export async function commitRestTable(
  connection: RestConnection,
  identifier: TableIdentifier,
  { requirements, updates, base }: CommitRequest,
  load: () => Promise<Table>,
): Promise<Table> {
  const call: RestCall = {
    endpoint: 'commitTable',
    what: `commit to the table ${formatIdentifier(identifier)}`,
    conflict: 'lost-race',
    changes: true,
    namespace: identifier.namespace,
    table: identifier.name,
    headers: connection.idempotent ? { 'idempotency-key': randomUUIDv7() } : {},
    body: {
      identifier,
      requirements: requirements.map(requirementToJson),
      updates: updates.map(tableUpdateToJson),
    },
  }
  const findLanded = async (): Promise<Table | undefined> => {
    const table = await load()
    return commitLanded(table.metadata, updates) ? table : undefined
  }
  const repeatable = connection.idempotent || landsAtMostOnce(updates, requirements)

  let mayHaveLanded = false
  for (let sent = 1; ; sent += 1) {
    try {
      const { text } = await connection.callForText(call)
      if (!base) return await load()
      const answer = parseAnswer(TableAnswer, connection.name, call.what, text)
      const metadataLocation = answer['metadata-location']
      return { identifier, metadataLocation, metadata: answer.metadata, io: base.io }
    } catch (error) {
      mayHaveLanded ||= isAppError(error) && error.context.repeated === true
      // The refusal of a second try may be due to the first one, which landed.
      if (isAppError(error, 'conflict') && mayHaveLanded) {
        const landed = await findLanded().catch((failure: unknown) => {
          throw stateUnknown(call.what, failure)
        })
        if (landed) return landed
      }
      if (!isAppError(error, 'commit-state-unknown')) throw error
      mayHaveLanded = true
      const landed = await findLanded().catch(() => undefined)
      if (landed) return landed
      if (!repeatable || sent >= sends) throw error
    }
    await delay(lookAgainMs * sent * (0.5 + Math.random() / 2))
  }
}

const stateUnknown = (what: string, cause: unknown): AppError =>
  new AppError(
    'commit-state-unknown',
    `Whether the catalog did ${what} could not be found out: the table could not be loaded.`,
    { cause },
  )
