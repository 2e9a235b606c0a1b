import { betterAuth } from 'better-auth'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { admin, magicLink } from 'better-auth/plugins'
import { createAccessControl } from 'better-auth/plugins/access'
import { adminAc, defaultStatements } from 'better-auth/plugins/admin/access'
import { trustedOrigins } from '#lib/auth/trusted-origins.ts'
import { database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { logger } from '#lib/log.ts'
import { maxPasswordLength, minPasswordLength } from './password-policy.ts'
import { hashSecret } from './secret.ts'

const day = 86_400

const access = createAccessControl(defaultStatements)
const roles = {
  admin: access.newRole(adminAc.statements),
  engineer: access.newRole({}),
  viewer: access.newRole({}),
}

/** Hands the finished link back to `createSignInLink`; nothing is mailed. */
export type LinkDelivery = (link: { url: string; token: string }) => void

function createAuth() {
  const { PUBLIC_URL, AUTH_SECRET } = env()
  const log = logger({ part: 'auth' })
  return betterAuth({
    appName: 'Firn',
    baseURL: PUBLIC_URL,
    basePath: '/api/auth',
    secret: AUTH_SECRET,
    trustedOrigins: trustedOrigins(),
    database: prismaAdapter(database(), { provider: 'postgresql' }),
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength, maxPasswordLength },
    user: { additionalFields: { language: { type: 'string', required: false, input: false } } },
    // Thirty days after the last day of use. No cookie cache: a role change or a ban must count within seconds, so
    // `authenticate` keeps its own short cache instead.
    session: { expiresIn: 30 * day, updateAge: day, cookieCache: { enabled: false } },
    advanced: {
      cookiePrefix: 'firn',
      useSecureCookies: PUBLIC_URL.startsWith('https:'),
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
    },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customRules: {
        '/sign-in/email': { window: 60, max: 30 },
        '/change-password': { window: 60, max: 10 },
        '/get-session': false,
      },
    },
    logger: {
      log: (level, message, ...facts) =>
        log[level === 'warn' || level === 'error' ? level : 'debug']({ facts }, message),
    },
    plugins: [
      admin({ ac: access, roles, defaultRole: 'viewer', adminRoles: ['admin'] }),
      magicLink({
        disableSignUp: true,
        rateLimit: { window: 60, max: 60 },
        storeToken: { type: 'custom-hasher', hash: async (token) => hashSecret(token) },
        sendMagicLink: ({ url, token, metadata }) => {
          const deliver = metadata?.deliver as LinkDelivery | undefined
          deliver?.({ url, token })
        },
      }),
    ],
  })
}

type Auth = ReturnType<typeof createAuth>

// Next's development server reloads modules; one instance survives the reload.
const held = globalThis as { firnAuth?: Auth }

/** The process's better-auth instance, made on first use. */
export function auth(): Auth {
  held.firnAuth ??= createAuth()
  return held.firnAuth
}
