import { createTransport } from 'nodemailer'
import type { ChannelKind } from '#lib/api/alerts.ts'
import { env } from '#lib/env.ts'
import { AppError, messageOf } from '#lib/errors.ts'
import type { AlertMessage } from './message.ts'

/** Where a message goes, its secret opened. */
export type Destination =
  | { kind: Exclude<ChannelKind, 'email'>; address: string }
  | { kind: 'email'; receivers: string[] }

const timeoutMs = 10_000
const red = '#d64545'
const blue = '#2b7bb9'

/** A message as the receiver's incoming webhook takes it. */
export function webhookBody(kind: Exclude<ChannelKind, 'email'>, message: AlertMessage): object {
  const { event, title, text, url, at } = message
  const color = event === 'test' ? blue : red
  if (kind === 'slack') {
    const ts = Math.floor(at.getTime() / 1000)
    return { text: title, attachments: [{ color, title, title_link: url, text, footer: 'Firn', ts }] }
  }
  if (kind === 'dooray') {
    return { botName: 'Firn', text: title, attachments: [{ title, titleLink: url, text, color }] }
  }
  return { event, title, text, url, at: at.toISOString() }
}

/**
 * Sends one message.
 * @throws AppError `unavailable` that says what the receiver answered; its address is not in it
 */
export async function sendMessage(destination: Destination, message: AlertMessage): Promise<void> {
  if (destination.kind === 'email') return sendMail(destination.receivers, message)
  const { host } = new URL(destination.address)
  let response: Response
  try {
    response = await fetch(destination.address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(webhookBody(destination.kind, message)),
      // A webhook that moves would carry the secret of its address elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `${host} gave no answer within ${timeoutMs / 1000} s (${reasonOf(cause)}). Check the address, and that this server may reach it.`,
      { cause, retryable: true },
    )
  }
  const answer = await response.text().catch(() => '')
  if (!response.ok) throw refused(host, `HTTP ${response.status}`, answer)
  // Dooray answers 200 also where it refuses.
  if (destination.kind === 'dooray' && /"isSuccessful"\s*:\s*false/.test(answer)) {
    throw refused(host, 'isSuccessful: false', answer)
  }
}

const refused = (host: string, what: string, answer: string): AppError =>
  new AppError(
    'unavailable',
    `${host} refused the message (${what}${answer.trim() ? `: ${answer.trim().slice(0, 200)}` : ''}). Check that the webhook still exists and is of this kind.`,
    { retryable: true },
  )

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error && 'code' in cause ? String(cause.code) : messageOf(cause)
}

async function sendMail(receivers: readonly string[], message: AlertMessage): Promise<void> {
  const { SMTP_URL, MAIL_FROM } = env()
  if (SMTP_URL === undefined) {
    throw new AppError(
      'unavailable',
      'E-mail cannot be sent: SMTP_URL is not set. Set it to smtp://user:password@host:port and restart.',
    )
  }
  const transport = createTransport(SMTP_URL, {
    connectionTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  } as object)
  try {
    await transport.sendMail({
      from: MAIL_FROM,
      to: [...receivers],
      subject: `[Firn] ${message.title}`,
      text: `${message.title}\n\n${message.text}\n\n${message.url}\n`,
    })
  } catch (cause) {
    throw new AppError(
      'unavailable',
      `The mail server did not take the message (${reasonOf(cause)}). Check SMTP_URL and the receivers.`,
      { cause, retryable: true },
    )
  } finally {
    transport.close()
  }
}
