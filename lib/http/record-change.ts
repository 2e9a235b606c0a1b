import type { Actor } from '#lib/auth/actor.ts'
import type { Logger } from '#lib/log.ts'
import { recordAudit } from './audit.ts'
import { addressOf } from './request-facts.ts'

/** What the audit row of a change will say; a handler fills in what it knows better. */
export interface AuditNote {
  /** `source:<id>`; the address below the API's root unless the handler says otherwise */
  subject: string
  details: Record<string, unknown>
}

/** Writes the audit row of a change that has happened; losing it must not make the caller repeat the change. */
export async function recordChange(
  action: string,
  audit: AuditNote,
  caller: { actor: Actor | null; requestId: string; headers: Headers; log: Logger },
): Promise<void> {
  const { actor, requestId, headers, log } = caller
  const entry = { actor, action, ...audit, requestId, address: addressOf(headers) }
  await recordAudit(entry).catch((error: unknown) => log.error({ error, entry }, 'audit row not written'))
}
