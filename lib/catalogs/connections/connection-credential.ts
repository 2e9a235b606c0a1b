import {
  type ConnectionTarget,
  type CredentialFacts,
  CredentialFactsSchema,
} from '#lib/api/catalog-connections.ts'
import { openSecret } from '#lib/auth/sealed-secret.ts'
import type { Prisma } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { fieldErrorsKey } from '#lib/http/problem.ts'
import type { RestCredential } from '#lib/iceberg/catalog/rest-catalog/access-token.ts'

export type CatalogRow = Prisma.CatalogGetPayload<object>

/** The stored part of a credential that is no secret. */
export const credentialFacts = (row: CatalogRow): CredentialFacts =>
  CredentialFactsSchema.parse(row.credential)

/** What a row's credential is for the client. @throws AppError `unavailable` when its secret can't be opened */
export function storedCredential(row: CatalogRow): RestCredential {
  const facts = credentialFacts(row)
  if (facts.kind === 'none') return { kind: 'none' }
  return withSecret(facts, openSecret(row.secret ?? '', row.id))
}

function withSecret(facts: Exclude<CredentialFacts, { kind: 'none' }>, secret: string): RestCredential {
  if (facts.kind === 'bearer') return { kind: 'bearer', token: secret }
  const { kind, clientId, scope, serverUri } = facts
  return {
    kind,
    clientId,
    clientSecret: secret,
    ...(scope ? { scope } : {}),
    ...(serverUri ? { serverUri } : {}),
  }
}

/** Takes a given credential apart into what may be shown and its secret, undefined where none was given. */
export function splitCredential(credential: ConnectionTarget['credential']): {
  facts: CredentialFacts
  secret: string | undefined
} {
  const facts = CredentialFactsSchema.parse(credential)
  if (credential.kind === 'none') return { facts, secret: undefined }
  return { facts, secret: credential.kind === 'bearer' ? credential.token : credential.clientSecret }
}

/** Where a credential's secret is sent to. */
const receiverOf = (uri: string, facts: CredentialFacts): string =>
  facts.kind === 'oauth' && facts.serverUri ? facts.serverUri : uri

/**
 * The secret to use for a connection: the given one, else the stored one. A stored secret goes to no other address than
 * the one it was entered for.
 * @throws AppError `bad-input` where a secret has to be entered
 */
export function secretFor(target: ConnectionTarget, stored: CatalogRow | null): string | undefined {
  const { facts, secret } = splitCredential(target.credential)
  if (facts.kind === 'none' || secret !== undefined) return secret
  const field = facts.kind === 'bearer' ? 'body.credential.token' : 'body.credential.clientSecret'
  const needed = (message: string) =>
    new AppError('bad-input', message, { context: { [fieldErrorsKey]: [{ path: field, message }] } })
  if (!stored) throw needed('A new connection needs its secret.')
  const before = credentialFacts(stored)
  const same =
    before.kind === facts.kind && receiverOf(stored.uri ?? '', before) === receiverOf(target.uri, facts)
  if (!same || !stored.secret) {
    throw needed(
      'The secret has to be entered again, since it would be used in another way or at another address.',
    )
  }
  return openSecret(stored.secret, stored.id)
}

/** The given credential with the secret that `secretFor` found. */
export function credentialOf(target: ConnectionTarget, secret: string | undefined): RestCredential {
  const { facts } = splitCredential(target.credential)
  return facts.kind === 'none' || secret === undefined ? { kind: 'none' } : withSecret(facts, secret)
}
