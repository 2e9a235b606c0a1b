import type { Actor } from '#lib/auth/actor.ts'
import { database, type Prisma } from '#lib/db.ts'
import { encodeJson } from './json.ts'

export interface AuditEntry {
  actor: Pick<Actor, 'type' | 'id' | 'name'> | null
  /** `<noun>.<verb>`: source.create */
  action: string
  /** the thing it was done to: `user:…`, `source:…` */
  subject: string
  requestId?: string
  address?: string | null
  details?: Record<string, unknown>
}

/** Writes one row of the audit trail. */
export async function recordAudit(entry: AuditEntry): Promise<void> {
  await database().auditEvent.create({
    data: {
      actorType: entry.actor?.type ?? 'anonymous',
      actorId: entry.actor?.id ?? null,
      actorName: entry.actor?.name ?? 'anonymous',
      action: entry.action,
      subject: entry.subject,
      requestId: entry.requestId ?? null,
      address: entry.address ?? null,
      details: JSON.parse(encodeJson(entry.details ?? {})) as Prisma.InputJsonObject,
    },
  })
}
