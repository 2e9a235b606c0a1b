import path from 'node:path'
import { z } from 'zod'
import { AppError } from './errors.ts'

/**
 * The environment, parsed once. This is the only file of lib that reads process.env; `.env.example` lists the same names.
 * Development, staging and production differ by these values only.
 */

const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((value) => value === 'true' || value === '1')
  .optional()
const positive = (fallback: number) => z.coerce.number().int().positive().default(fallback)
const location = z
  .string()
  .regex(/^(file:\/\/\/|s3:\/\/[^/])/, 'expected a file:///… or s3://bucket/… location')
const memory = z.string().regex(/^\d+(\.\d+)?\s?(MB|GB|MiB|GiB)$/, 'expected a size such as 1200MB or 2GB')

const developmentSecret = 'firn-development-secret-do-not-use-in-production'

const EnvSchema = z.object({
  FIRN_ENV: z.enum(['development', 'staging', 'production']).optional(),
  NODE_ENV: z.string().optional(),
  FIRN_DATA_DIR: z.string().min(1).default('.firn'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000'),
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgresql://user:password@host:port/database')
    .optional(),
  AUTH_SECRET: z.string().min(32, 'at least 32 characters').default(developmentSecret),
  SECRETS_KEY: z.string().min(32, 'at least 32 characters').default(developmentSecret),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  DEFAULT_TIME_ZONE: z
    .string()
    .default('Asia/Seoul')
    .refine(
      (zone) => Intl.supportedValuesOf('timeZone').includes(zone) || zone === 'UTC',
      'not an IANA time zone',
    ),

  WAREHOUSE_LOCATION: location.optional(),
  LANDING_LOCATION: location.optional(),
  S3_ENDPOINT: z.url().optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  S3_FORCE_PATH_STYLE: flag,
  FILE_CACHE_BYTES: positive(2_000_000_000),

  KAFKA_BROKERS: z
    .string()
    .optional()
    .transform(
      (value) =>
        value
          ?.split(',')
          .map((broker) => broker.trim())
          .filter(Boolean) ?? [],
    ),
  KAFKA_SSL: flag,
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),

  ENGINE_PROCESSES: positive(2),
  ENGINE_THREADS: positive(1),
  ENGINE_MEMORY_LIMIT: memory.default('1200MB'),
  PREVIEW_MEMORY_LIMIT: memory.default('512MB'),

  INGEST_BATCH_SECONDS: positive(10),
  INGEST_BATCH_ROWS: positive(500_000),
  INGEST_BATCH_BYTES: positive(256_000_000),
  COMMIT_INTERVAL_SECONDS: positive(10),

  COMPACTION_TARGET_BYTES: positive(134_217_728),
  COMPACTION_MIN_INPUT_FILES: positive(5),
  SNAPSHOT_MAX_AGE_HOURS: positive(120),
  SNAPSHOT_MIN_TO_KEEP: positive(20),
  ORPHAN_MIN_AGE_HOURS: z.coerce.number().int().min(24).default(72),
  QUARANTINE_HOURS: positive(72),
  MAINTENANCE_REQUIRES_APPROVAL: flag,

  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//, 'expected smtp://user:password@host:port or smtps://…')
    .optional(),
  MAIL_FROM: z.string().min(3).default('Firn <firn@localhost>'),
})

/** Storage, database and limits as the rest of the product reads them; locations carry a scheme and no trailing slash. */
export type Env = ReturnType<typeof parseEnv>

const withoutTrailingSlash = (value: string): string => value.replace(/\/+$/, '')

/**
 * Parses an environment.
 * @throws AppError `bad-input` naming every variable that is wrong, what was expected and what was found (secrets are not shown).
 */
export function parseEnv(source: Record<string, string | undefined>) {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ''),
  )
  const parsed = EnvSchema.safeParse(given)
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = issue.path.join('.')
      const found = /SECRET|PASSWORD|KEY|DATABASE_URL|SMTP_URL/.test(name)
        ? '(hidden)'
        : JSON.stringify(given[name])
      return `  ${name}: ${issue.message}; found ${found}`
    })
    throw new AppError(
      'bad-input',
      `The environment is not usable:\n${lines.join('\n')}\nSee .env.example for every name and its default.`,
    )
  }
  const values = parsed.data
  const stage = values.FIRN_ENV ?? (values.NODE_ENV === 'production' ? 'production' : 'development')
  if (stage === 'production') {
    const missing = (['AUTH_SECRET', 'SECRETS_KEY'] as const).filter(
      (name) => values[name] === developmentSecret,
    )
    if (missing.length > 0) {
      throw new AppError(
        'bad-input',
        `Firn does not start in production without its own secrets. Set ${missing.join(' and ')} to random text of at least 32 characters (for example: openssl rand -hex 32), or set FIRN_ENV=development on a developer's machine.`,
      )
    }
  }
  const dataDirectory = path.resolve(values.FIRN_DATA_DIR)
  // Locations are not percent-encoded: every Iceberg engine takes the text after file:// as the path itself.
  const localFolder = (name: string) => `file://${path.join(dataDirectory, name)}`
  return {
    ...values,
    stage,
    dataDirectory,
    DATABASE_URL: values.DATABASE_URL,
    PUBLIC_URL: withoutTrailingSlash(values.PUBLIC_URL),
    WAREHOUSE_LOCATION: withoutTrailingSlash(values.WAREHOUSE_LOCATION ?? localFolder('warehouse')),
    LANDING_LOCATION: withoutTrailingSlash(values.LANDING_LOCATION ?? localFolder('landing')),
    S3_FORCE_PATH_STYLE: values.S3_FORCE_PATH_STYLE ?? values.S3_ENDPOINT !== undefined,
  }
}

let parsedEnv: Env | undefined

/** The process's environment, parsed on first use. */
export function env(): Env {
  parsedEnv ??= parseEnv(process.env)
  return parsedEnv
}
