import type { AlertChannel, ChannelTarget } from '#lib/api/alerts.ts'
import { openSecret, sealSecret } from '#lib/auth/sealed-secret.ts'
import type { Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { fieldErrorsKey } from '#lib/http/problem.ts'
import type { Destination } from './send-message.ts'

export type ChannelRow = Prisma.AlertChannelGetPayload<object>

const separator = ', '

/**
 * Where a target sends to: what is given, else the stored channel's address.
 * @throws AppError `bad-input` where an address has to be entered
 */
export function destinationOf(target: ChannelTarget, stored: ChannelRow | null): Destination {
  if (target.kind === 'email') return target
  if (target.address !== undefined) return { kind: target.kind, address: target.address }
  // Another kind of webhook lives at another address.
  if (stored?.kind === target.kind && stored.secret !== null) {
    return { kind: target.kind, address: openSecret(stored.secret, stored.id) }
  }
  const message = 'Enter the whole address of the webhook.'
  throw new AppError('bad-input', message, {
    context: { [fieldErrorsKey]: [{ path: 'body.target.address', message }] },
  })
}

/** Where a stored channel sends to. @throws AppError `unavailable` when its secret can't be opened */
export const storedDestination = (row: ChannelRow): Destination =>
  row.kind === 'email'
    ? { kind: 'email', receivers: row.target.split(separator) }
    : { kind: row.kind as 'slack', address: openSecret(row.secret ?? '', row.id) }

/** A destination's columns: what may be shown, and the sealed rest. */
export const destinationColumns = (destination: Destination, id: string) =>
  destination.kind === 'email'
    ? { kind: destination.kind, target: destination.receivers.join(separator), secret: null }
    : {
        kind: destination.kind,
        target: new URL(destination.address).host,
        secret: sealSecret(destination.address, id),
      }

/** The public fields of a channel. */
export const toChannel = (
  row: ChannelRow,
  { lastSentAt, lastProblem }: { lastSentAt: Date | null; lastProblem: string | null },
): AlertChannel => ({
  id: row.id,
  name: row.name,
  kind: row.kind as AlertChannel['kind'],
  target: row.target,
  events: row.events as AlertChannel['events'],
  language: row.language as AlertChannel['language'],
  enabled: row.enabled,
  createdBy: row.createdBy,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  lastSentAt: lastSentAt?.toISOString() ?? null,
  lastProblem,
})
