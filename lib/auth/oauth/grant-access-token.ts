import { database } from '#lib/db.ts'
import { isAppError } from '#lib/errors.ts'
import { actorOfToken } from '../api-token.ts'
import { actorOfBearer } from '../authenticate.ts'
import { signAccessToken } from './access-token.ts'
import { OAuthError } from './oauth-error.ts'

/** An hour: clients renew long before, and a copied one is of little use. */
const lifetimeMs = 3_600_000

const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const exchangeGrant = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** RFC 6749, section 5.1, with the token type that RFC 8693 adds. */
export interface AccessTokenAnswer {
  access_token: string
  token_type: 'bearer'
  /** seconds */
  expires_in: number
  issued_token_type: typeof accessTokenType
  scope?: string
}

/**
 * Answers a form of the token endpoint: client credentials (an API token's id and secret, in the form or in a Basic
 * header), or the exchange of an access token for a fresh one.
 * @throws OAuthError
 */
export async function grantAccessToken(
  form: URLSearchParams,
  authorization: string | null,
): Promise<AccessTokenAnswer> {
  for (const name of new Set(form.keys())) {
    if (form.getAll(name).length > 1) throw new OAuthError('invalid_request', `${name} is there twice.`)
  }
  const grant = form.get('grant_type')
  if (!grant) throw new OAuthError('invalid_request', 'grant_type is missing.')
  if (grant === 'client_credentials') {
    return issue(await clientTokenId(form, authorization), form.get('scope'))
  }
  if (grant === exchangeGrant) return issue(await subjectTokenId(form), form.get('scope'))
  throw new OAuthError(
    'unsupported_grant_type',
    `grant_type ${JSON.stringify(grant.slice(0, 100))} is not served, expected client_credentials or ${exchangeGrant}.`,
  )
}

/** Id of the API token that a client's credentials are. */
async function clientTokenId(form: URLSearchParams, authorization: string | null): Promise<string> {
  const { id, secret } = basicCredentials(authorization) ?? {
    id: form.get('client_id'),
    secret: form.get('client_secret'),
  }
  if (!secret) throw new OAuthError('invalid_request', 'client_secret is missing.')
  const actor = await actorOfToken(secret)
  // Clients that were given the secret alone send no id.
  if (actor && (!id || id.toLowerCase() === actor.id)) return actor.id
  throw new OAuthError(
    'invalid_client',
    'The client is not known, or its token was revoked or has expired. Expected the id and the secret of a token of Admin, Tokens.',
  )
}

function basicCredentials(authorization: string | null): { id: string; secret: string } | null {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1]
  if (!encoded) return null
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) throw new OAuthError('invalid_request', 'The Basic credentials have no colon.')
  // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
  const decode = (part: string) => new URLSearchParams(`part=${part}`).get('part') ?? ''
  return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) }
}

/** Id of the API token that an access token stands for; an API token itself may be exchanged, too. */
async function subjectTokenId(form: URLSearchParams): Promise<string> {
  const subject = form.get('subject_token')
  const type = form.get('subject_token_type')
  if (!subject) throw new OAuthError('invalid_request', 'subject_token is missing.')
  if (type !== accessTokenType) {
    throw new OAuthError('invalid_request', `subject_token_type is not served, expected ${accessTokenType}.`)
  }
  const actor = await actorOfBearer(subject).catch((error: unknown) => {
    if (isAppError(error, 'unauthenticated')) return null
    throw error
  })
  if (actor) return actor.id
  throw new OAuthError(
    'invalid_grant',
    'The subject_token is not good: it is unknown, has expired or its API token was revoked.',
  )
}

async function issue(tokenId: string, scope: string | null): Promise<AccessTokenAnswer> {
  const token = await database().apiToken.findUnique({ where: { id: tokenId }, select: { expiresAt: true } })
  const now = Date.now()
  const expiresAt = Math.min(now + lifetimeMs, token?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY)
  return {
    access_token: signAccessToken({ tokenId, expiresAt }),
    token_type: 'bearer',
    expires_in: Math.max(1, Math.floor((expiresAt - now) / 1000)),
    issued_token_type: accessTokenType,
    ...(scope ? { scope } : {}),
  }
}
