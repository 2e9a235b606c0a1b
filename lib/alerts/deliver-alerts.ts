import type { AlertEvent } from '#lib/api/alerts.ts'
import type { Database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { messageOf } from '#lib/errors.ts'
import type { Locale } from '#lib/i18n/locale.ts'
import type { Logger } from '#lib/log.ts'
import { storedDestination } from './channel-target.ts'
import { alertMessage } from './message.ts'
import { sendMessage } from './send-message.ts'

/** Tries of one delivery, the last one a quarter of an hour after the first. */
const attempts = 7
const firstWaitSeconds = 15
const perSweep = 20

interface Claimed {
  alertId: string
  channelId: string
  attempts: number
}

/**
 * Sends what is due. A delivery is claimed by moving its next try ahead, so that two processes never send the same at
 * once; a process that dies while sending leaves it for a later try: a message may arrive twice, but is not lost.
 */
export async function deliverAlerts(db: Database, log: Logger): Promise<void> {
  const claimed = await db.$queryRaw<Claimed[]>`
    UPDATE "AlertDelivery" AS d
    SET attempts = d.attempts + 1, "nextAt" = now() + ${firstWaitSeconds} * power(2, d.attempts) * interval '1 second'
    FROM (SELECT "alertId", "channelId" FROM "AlertDelivery" WHERE state = 'pending' AND "nextAt" <= now()
      ORDER BY "nextAt" LIMIT ${perSweep} FOR UPDATE SKIP LOCKED) AS due
    WHERE d."alertId" = due."alertId" AND d."channelId" = due."channelId"
    RETURNING d."alertId"::text, d."channelId"::text, d.attempts`
  await Promise.all(claimed.map((one) => deliver(db, log, one)))
}

async function deliver(db: Database, log: Logger, claimed: Claimed): Promise<void> {
  const { alertId, channelId } = claimed
  const delivery = await db.alertDelivery.findUnique({
    where: { alertId_channelId: { alertId, channelId } },
    include: { alert: true, channel: true },
  })
  // The channel was removed meanwhile.
  if (!delivery) return
  const { alert, channel } = delivery
  const settle = (data: object) => db.alertDelivery.updateMany({ where: { alertId, channelId }, data })
  try {
    const message = alertMessage(
      { ...alert, event: alert.event as AlertEvent },
      channel.language as Locale,
      env().PUBLIC_URL,
    )
    await sendMessage(storedDestination(channel), message)
    await settle({ state: 'sent', sentAt: new Date(), problem: null })
  } catch (error) {
    const problem = messageOf(error)
    const over = claimed.attempts >= attempts
    await settle({ problem, ...(over ? { state: 'failed' } : {}) })
    log.warn(
      { channel: channel.name, event: alert.event, attempt: claimed.attempts, over, problem },
      'alert not sent',
    )
  }
}
