import { randomUUIDv7 } from 'node:crypto'
import { Prisma } from '#db'
import {
  type AlertChannel,
  type ChannelBody,
  type ChannelKind,
  type ChannelTarget,
  channelKinds,
} from '#lib/api/alerts.ts'
import type { Database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import { type ChannelRow, destinationColumns, destinationOf, toChannel } from './channel-target.ts'
import { testMessage } from './message.ts'
import { sendMessage } from './send-message.ts'

/** Kinds of channels that work here: e-mail needs a mail server. */
export const usableKinds = (): ChannelKind[] =>
  channelKinds.filter((kind) => kind !== 'email' || env().SMTP_URL !== undefined)

/** @throws AppError `not-found` */
async function getChannel(db: Database, id: string): Promise<ChannelRow> {
  const row = await db.alertChannel.findUnique({ where: { id } })
  if (row) return row
  throw new AppError('not-found', `There is no alert channel with the id ${id}. It may have been removed.`)
}

function requireUsable(kind: ChannelKind): void {
  if (usableKinds().includes(kind)) return
  throw new AppError(
    'bad-input',
    'E-mail cannot be sent: SMTP_URL is not set on this server. Set it to smtp://user:password@host:port and restart, or choose a webhook.',
  )
}

async function described(db: Database, row: ChannelRow): Promise<AlertChannel> {
  const [sent, latest] = await Promise.all([
    db.alertDelivery.findFirst({
      where: { channelId: row.id, sentAt: { not: null } },
      orderBy: { sentAt: 'desc' },
      select: { sentAt: true },
    }),
    db.alertDelivery.findFirst({
      where: { channelId: row.id, attempts: { gt: 0 } },
      orderBy: { alert: { at: 'desc' } },
      select: { problem: true },
    }),
  ])
  return toChannel(row, { lastSentAt: sent?.sentAt ?? null, lastProblem: latest?.problem ?? null })
}

/** All channels by name; `filter` is sought in name and target. There are few: no paging in the database. */
export async function listChannels(db: Database, filter = ''): Promise<AlertChannel[]> {
  const contains = { contains: filter, mode: 'insensitive' } as const
  const rows = await db.alertChannel.findMany({
    where: { OR: [{ name: contains }, { target: contains }] },
    orderBy: { name: 'asc' },
  })
  return Promise.all(rows.map((row) => described(db, row)))
}

const taken = (name: string, cause: unknown): unknown =>
  cause instanceof Prisma.PrismaClientKnownRequestError && cause.code === 'P2002'
    ? new AppError('already-exists', `There is a channel named "${name}" already. Choose another name.`, {
        cause,
      })
    : cause

/** @throws AppError `already-exists`, `bad-input` (no address, no mail server) */
export async function createChannel(
  db: Database,
  { target, ...settings }: ChannelBody,
  createdBy: string,
): Promise<AlertChannel> {
  requireUsable(target.kind)
  const id = randomUUIDv7()
  const data = { id, ...settings, createdBy, ...destinationColumns(destinationOf(target, null), id) }
  const row = await db.alertChannel.create({ data }).catch((cause: unknown) => {
    throw taken(settings.name, cause)
  })
  return described(db, row)
}

/** @throws AppError `not-found`, `already-exists`, `bad-input` */
export async function updateChannel(
  db: Database,
  id: string,
  { target, ...settings }: ChannelBody,
): Promise<AlertChannel> {
  requireUsable(target.kind)
  const stored = await getChannel(db, id)
  const data = { ...settings, ...destinationColumns(destinationOf(target, stored), id) }
  const row = await db.alertChannel.update({ where: { id }, data }).catch((cause: unknown) => {
    throw taken(settings.name, cause)
  })
  return described(db, row)
}

/** Forgets a channel, its address and what was sent there. @throws AppError `not-found` */
export async function deleteChannel(db: Database, id: string): Promise<ChannelRow> {
  const row = await getChannel(db, id)
  await db.alertChannel.delete({ where: { id } })
  return row
}

/** Sends a test message and returns the milliseconds it took. @throws AppError that says what is wrong */
export async function testChannel(
  db: Database,
  { id, target, language }: { id?: string | undefined; target: ChannelTarget; language: Locale },
): Promise<number> {
  requireUsable(target.kind)
  const destination = destinationOf(target, id === undefined ? null : await getChannel(db, id))
  const started = performance.now()
  await sendMessage(destination, testMessage(language, env().PUBLIC_URL))
  return Math.round(performance.now() - started)
}
