import { stringifyJson } from '#lib/json.ts'

/** A JSON answer in which 64-bit integers are digits, as the protocol wants them. */
export const jsonAnswer = (value: unknown, headers: Record<string, string> = {}): Response =>
  new Response(stringifyJson(value), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      ...headers,
    },
  })

/** 204: done, or there. */
export const emptyAnswer = (): Response => new Response(null, { status: 204 })
