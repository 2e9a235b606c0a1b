import type { useTranslations } from 'next-intl'
import { z } from 'zod'
import type { Connection, ConnectionTarget } from '#lib/api/catalog-connections.ts'

/** Lists that show connections or what is behind them. */
export const connectionLists = ['/api/v1/catalog-connections', '/api/v1/catalogs']

export const credentialKinds = ['none', 'bearer', 'oauth'] as const

export interface ConnectionValues {
  name: string
  uri: string
  warehouse: string
  kind: (typeof credentialKinds)[number]
  token: string
  clientId: string
  clientSecret: string
  scope: string
  serverUri: string
}

/** What the form begins with; a stored secret is not among it. */
export function valuesOf(connection: Connection | null): ConnectionValues {
  const credential = connection?.credential ?? { kind: 'bearer' }
  const oauth = credential.kind === 'oauth' ? credential : undefined
  return {
    name: connection?.name ?? '',
    uri: connection?.uri ?? '',
    warehouse: connection?.warehouse ?? '',
    kind: credential.kind,
    token: '',
    clientId: oauth?.clientId ?? '',
    clientSecret: '',
    scope: oauth?.scope ?? '',
    serverUri: oauth?.serverUri ?? '',
  }
}

const isAddress = (text: string): boolean => /^https?:\/\/[^/]/.test(text) && URL.canParse(text)

/** Checks what can be known here. Whether a stored secret still serves, the server decides. */
export function connectionSchema(
  t: ReturnType<typeof useTranslations<'admin.catalogs'>>,
  stored: boolean,
): z.ZodType<ConnectionValues, ConnectionValues> {
  return z
    .object({
      name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, t('nameError')),
      uri: z.string().trim().refine(isAddress, t('uriError')),
      warehouse: z.string(),
      kind: z.enum(credentialKinds),
      token: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      scope: z.string(),
      serverUri: z.string().refine((text) => text === '' || isAddress(text), t('uriError')),
    })
    .superRefine((values, context) => {
      const need = (field: keyof ConnectionValues, message: string) => {
        if (values[field] === '') context.addIssue({ code: 'custom', path: [field], message })
      }
      if (values.kind === 'bearer' && !stored) need('token', t('secretError'))
      if (values.kind === 'oauth') {
        need('clientId', t('required'))
        if (!stored) need('clientSecret', t('secretError'))
      }
    })
}

/** The values as the API takes them: empty fields are left out. */
export function targetOf(values: ConnectionValues): ConnectionTarget {
  const { uri, warehouse, kind, token, clientId, clientSecret, scope, serverUri } = values
  const common = { uri: uri.trim(), warehouse }
  if (kind === 'none') return { ...common, credential: { kind } }
  if (kind === 'bearer') return { ...common, credential: { kind, ...(token ? { token } : {}) } }
  return {
    ...common,
    credential: {
      kind,
      clientId,
      ...(clientSecret ? { clientSecret } : {}),
      ...(scope ? { scope } : {}),
      ...(serverUri ? { serverUri } : {}),
    },
  }
}
