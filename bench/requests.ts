import { Agent, get } from 'node:http'

/** Milliseconds of a number of requests. */
export interface Percentiles {
  p50: number
  p95: number
  p99: number
}

export const percentiles = (times: readonly number[]): Percentiles => {
  const sorted = times.toSorted((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}

/** Asks with the rights of a token, over connections that stay open: at most `clients` at once. */
export function requester(token: string, clients: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  return {
    /** Milliseconds from sending a request to the last byte of its answer. */
    ask: (url: string): Promise<number> => {
      const started = performance.now()
      return new Promise((resolve, reject) => {
        get(
          url,
          { agent, headers: { authorization: `Bearer ${token}`, 'accept-encoding': 'gzip' } },
          (response) => {
            response.resume()
            response.on('end', () => {
              if (response.statusCode === 200) resolve(performance.now() - started)
              else reject(new Error(`${url} answered ${response.statusCode}`))
            })
          },
        ).on('error', reject)
      })
    },
    close: () => agent.destroy(),
  }
}
