import type { z } from 'zod'
import { AppError } from '../../../errors.ts'
import { stringifyJson } from '../../spec/json.ts'
import { type RestCredential, type TokenSource, tokenSource } from './access-token.ts'
import { answerError, failureError, type Operation } from './answer-error.ts'
import { assertDeclared, type DeclaredEndpoints, type RestEndpoint, restEndpoints } from './endpoints.ts'
import { ExchangeFailure } from './http-exchange.ts'
import { type Patience, type PatientAnswer, sendPatiently } from './send-patiently.ts'
import { ConfigAnswer, parseAnswer } from './wire.ts'

export interface RestConnectionOptions {
  /** For messages. */
  name: string
  /** The base address, to which `/v1/…` is added. */
  uri: string
  /** Chooses one of a server's warehouses; servers with a single one need none. */
  warehouse?: string
  credential: RestCredential
  patience?: Partial<Patience>
}

export interface RestCall extends Operation {
  endpoint: RestEndpoint
  namespace?: readonly string[]
  table?: string
  query?: Record<string, string | undefined>
  body?: unknown
  headers?: Record<string, string>
}

const defaultPatience: Patience = { attempts: 4, timeoutMs: 30_000 }
const unitSeparator = '\u001F'

/** @throws AppError `bad-input` for an address that is no base address of a catalog */
export function baseAddress(uri: string): string {
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  const usable =
    url && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search && !url.hash
  if (usable) return uri.replace(/\/+$/, '')
  throw new AppError(
    'bad-input',
    'The address of a catalog has to be an http:// or https:// address without user, password, query and fragment, such as https://catalog.example.com/iceberg. Credentials have fields of their own.',
  )
}

/**
 * The connection to one REST catalog: what `GET /v1/config` said, addresses, sign-in, repetition and errors.
 * Client properties win over the server's defaults and lose to its overrides.
 */
export class RestConnection {
  readonly name: string
  /** Defaults, ours and overrides merged. */
  readonly properties: Readonly<Record<string, string>>
  readonly declared: DeclaredEndpoints
  /** The server promises to answer a repeated `Idempotency-Key` with its first answer. */
  readonly idempotent: boolean
  readonly #uri: string
  readonly #tokens: TokenSource
  readonly #patience: Patience
  readonly #separator: string

  private constructor(
    options: { name: string; uri: string; tokens: TokenSource; patience: Patience },
    config: { properties: Record<string, string>; declared: DeclaredEndpoints; idempotent: boolean },
  ) {
    this.name = options.name
    this.#tokens = options.tokens
    this.#patience = options.patience
    this.properties = config.properties
    this.declared = config.declared
    this.idempotent = config.idempotent
    this.#uri = config.properties.uri ? baseAddress(config.properties.uri) : options.uri
    const separator = config.properties['namespace-separator']
    this.#separator = separator ? decodeURIComponent(separator) : unitSeparator
  }

  /**
   * Signs in and asks the server for its configuration.
   * @throws AppError `bad-input`, `forbidden`, `not-found`, `corrupt`, `unavailable`
   */
  static async open(options: RestConnectionOptions): Promise<RestConnection> {
    const { name, warehouse } = options
    const uri = baseAddress(options.uri)
    const patience = { ...defaultPatience, ...options.patience }
    const tokens = tokenSource(name, options.credential, `${uri}/v1/oauth/tokens`, patience)
    const start = new RestConnection(
      { name, uri, tokens, patience },
      { properties: {}, declared: undefined, idempotent: false },
    )
    const query = warehouse ? `?${new URLSearchParams({ warehouse })}` : ''
    const operation = { what: 'give its configuration' }
    const answer = await start.#send('GET', `${uri}/v1/config${query}`, operation, {})
    if (answer.status === 404) {
      const asked = warehouse ? ` with the warehouse "${warehouse}"` : ''
      throw new AppError(
        'not-found',
        `${uri}/v1/config answered 404${asked}. Expected the base address of an Iceberg REST catalog (the part before /v1) and a warehouse that it has.`,
        { context: { catalog: name } },
      )
    }
    if (answer.status !== 200) throw answerError(name, operation, answer, tokens.secrets())
    const config = parseAnswer(ConfigAnswer, name, operation.what, answer.text)
    const ours: Record<string, string> = warehouse ? { warehouse } : {}
    return new RestConnection(
      { name, uri, tokens, patience },
      {
        properties: { ...config.defaults, ...ours, ...config.overrides },
        declared: config.endpoints ? new Set(config.endpoints) : undefined,
        idempotent: Boolean(config['idempotency-key-lifetime']),
      },
    )
  }

  /** A namespace as it stands in paths and in `parent`. */
  joinLevels(levels: readonly string[]): string {
    return levels.join(this.#separator)
  }

  /**
   * Calls an endpoint; `schema` parses the body of its success.
   * @throws AppError `unsupported` (not declared), else by `answerError`; `corrupt` for a strange answer
   */
  async call<S extends z.ZodType>(call: RestCall, schema: S): Promise<z.output<S>> {
    return parseAnswer(schema, this.name, call.what, (await this.callForText(call)).text)
  }

  /** As `call`, for an answer without a body or one that is parsed later. */
  async callForText(call: RestCall): Promise<{ text: string }> {
    assertDeclared(this.declared, call.endpoint, this.name)
    const method = restEndpoints[call.endpoint].split(' ')[0] as 'GET' | 'POST' | 'DELETE'
    const answer = await this.#send(method, this.#address(call), call, {
      ...(call.body === undefined ? {} : { body: stringifyJson(call.body) }),
      headers: call.headers ?? {},
    })
    if (answer.status < 200 || answer.status >= 300) {
      throw answerError(this.name, call, answer, this.#tokens.secrets())
    }
    return answer
  }

  #address({ endpoint, namespace = [], table = '', query = {} }: RestCall): string {
    const template = restEndpoints[endpoint].split(' ')[1] ?? ''
    const { prefix } = this.properties
    const path = template
      // A prefix comes from the server and may have several segments.
      .replace('/{prefix}', () => (prefix ? `/${prefix.replace(/^\/+|\/+$/g, '')}` : ''))
      .replace('{namespace}', () => encodeURIComponent(this.joinLevels(namespace)))
      .replace('{table}', () => encodeURIComponent(table))
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
    return `${this.#uri}${path}${search}`
  }

  /** Sends with a token, and once more with a new one when the server does not take it. */
  async #send(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    operation: Operation,
    { body, headers = {} }: { body?: string; headers?: Record<string, string> },
  ): Promise<PatientAnswer> {
    for (let renewed = false; ; renewed = true) {
      const token = await this.#tokens.get()
      const request = {
        method,
        url,
        headers: {
          accept: 'application/json',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
      }
      const answer = await sendPatiently(request, this.#patience).catch((error: unknown) => {
        if (error instanceof ExchangeFailure) throw failureError(this.name, operation, error, url)
        throw error
      })
      const refused = answer.status === 401 || answer.status === 419
      if (!refused || renewed || !this.#tokens.refuse(token)) return answer
    }
  }
}
