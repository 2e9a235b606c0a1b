import { z } from 'zod'
import { AppError } from '../../../errors.ts'
import { answerError, failureError } from './answer-error.ts'
import { ExchangeFailure } from './http-exchange.ts'
import { type Patience, sendPatiently } from './send-patiently.ts'

/** How Firn signs in to a catalog. */
export type RestCredential =
  | { kind: 'none' }
  | { kind: 'bearer'; token: string }
  | {
      kind: 'oauth'
      clientId: string
      clientSecret: string
      /** Default `catalog`, as other clients send. */
      scope?: string
      /** The token endpoint; the catalog's own `/v1/oauth/tokens` when left out. */
      serverUri?: string
    }

/** Gives the `Authorization` header of a request. Nothing here is ever logged. */
export interface TokenSource {
  /** Undefined: the catalog asks for none. */
  get(): Promise<string | undefined>
  /** The server refused this token: true when another one can be had. */
  refuse(token: string | undefined): boolean
  /** What must not appear in a message. */
  secrets(): string[]
}

const TokenJson = z.object({
  access_token: z.string().min(1),
  token_type: z.string(),
  expires_in: z.number().positive().nullish(),
})

/** Renewed this much before its end, or at four fifths of a short life, so that no request carries one that dies on the way. */
const renewBeforeMs = 60_000

export function tokenSource(
  catalog: string,
  credential: RestCredential,
  ownTokenUri: string,
  patience: Patience,
): TokenSource {
  if (credential.kind === 'oauth') return new ClientCredentials(catalog, credential, ownTokenUri, patience)
  const token = credential.kind === 'bearer' ? credential.token : undefined
  return {
    get: async () => token,
    refuse: () => false,
    secrets: () => (token === undefined ? [] : [token]),
  }
}

/** OAuth2 client credentials (RFC 6749, 4.4). One request at a time: all who wait for a token get the same one. */
class ClientCredentials implements TokenSource {
  readonly #catalog: string
  readonly #credential: Extract<RestCredential, { kind: 'oauth' }>
  readonly #uri: string
  readonly #patience: Patience
  #current: { token: string; renewAt: number } | undefined
  #asking: Promise<string> | undefined

  constructor(
    catalog: string,
    credential: Extract<RestCredential, { kind: 'oauth' }>,
    ownTokenUri: string,
    patience: Patience,
  ) {
    this.#catalog = catalog
    this.#credential = credential
    this.#uri = credential.serverUri ?? ownTokenUri
    this.#patience = patience
  }

  async get(): Promise<string> {
    if (this.#current && Date.now() < this.#current.renewAt) return this.#current.token
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  refuse(token: string | undefined): boolean {
    if (this.#current?.token === token) this.#current = undefined
    return true
  }

  secrets(): string[] {
    return [this.#credential.clientSecret, ...(this.#current ? [this.#current.token] : [])]
  }

  async #ask(): Promise<string> {
    const { clientId, clientSecret, scope = 'catalog' } = this.#credential
    const operation = { what: 'give an access token', signsIn: true }
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope,
    }).toString()
    const answer = await sendPatiently(
      {
        method: 'POST',
        url: this.#uri,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body,
      },
      this.#patience,
      true,
    ).catch((error: unknown) => {
      if (error instanceof ExchangeFailure) throw failureError(this.#catalog, operation, error, this.#uri)
      throw error
    })
    if (answer.status !== 200) throw answerError(this.#catalog, operation, answer, this.secrets())
    return this.#take(answer.text)
  }

  #take(text: string): string {
    let parsed: z.infer<typeof TokenJson> | undefined
    try {
      parsed = TokenJson.safeParse(JSON.parse(text)).data
    } catch {
      parsed = undefined
    }
    if (parsed?.token_type.toLowerCase() !== 'bearer') {
      throw new AppError(
        'unavailable',
        `The token endpoint of the catalog "${this.#catalog}" (${new URL(this.#uri).origin}) did not answer with a bearer token. Expected {"access_token", "token_type": "bearer"}: check the address of the OAuth server.`,
        { context: { catalog: this.#catalog } },
      )
    }
    const lifeMs = (parsed.expires_in ?? 3_600) * 1_000
    const renewAt = Date.now() + Math.max(lifeMs - renewBeforeMs, lifeMs * 0.8)
    this.#current = { token: parsed.access_token, renewAt }
    return parsed.access_token
  }
}
