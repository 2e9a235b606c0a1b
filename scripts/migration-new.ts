/**
 * `npm run migration:new -- name` writes the next folder of prisma/migrations from what changed in prisma/schema.prisma;
 * `npm run migration:new -- --check` only says whether they agree. The schema kept beside the last migration is the
 * base, so no database is compared; the server is asked for its version alone.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import { type DiffTarget, SchemaEngine } from '@prisma/schema-engine-wasm'
import { startPostgres } from './servers/postgres.ts'

const migrations = 'prisma/migrations'
const current = 'prisma/schema.prisma'
const checkOnly = process.argv.includes('--check')
const name = process.argv[2]
if (!checkOnly && !/^[a-z][a-z0-9_]*$/.test(name ?? '')) {
  console.error(
    'Give the migration a name of small letters, digits and underscores: npm run migration:new -- add_sites',
  )
  process.exit(2)
}

const target = (file: string): DiffTarget => ({
  tag: 'schemaDatamodel',
  files: [{ path: file, content: readFileSync(file, 'utf8') }],
})

const directory = mkdtempSync(path.join(tmpdir(), 'firn-migration-'))
const server = process.env.DATABASE_URL
  ? { url: process.env.DATABASE_URL, stop: async () => {} }
  : await startPostgres({ directory })
try {
  const last = existsSync(migrations)
    ? readdirSync(migrations)
        .filter((folder) => existsSync(path.join(migrations, folder, 'schema.prisma')))
        .sort()
        .at(-1)
    : undefined
  const adapter = new PrismaPg({ connectionString: server.url })
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapter),
  )
  const result = await engine.diff({
    from: last ? target(path.join(migrations, last, 'schema.prisma')) : { tag: 'empty' },
    to: target(current),
    script: true,
    exitCode: true,
    filters: { externalTables: [], externalEnums: [] },
  })
  if (result.exitCode === 0) {
    console.log('prisma/schema.prisma and its migrations agree')
  } else if (checkOnly) {
    console.error(
      `prisma/schema.prisma has changes without a migration; run npm run migration:new -- name\n${result.stdout}`,
    )
    process.exitCode = 1
  } else {
    const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
    const folder = path.join(migrations, `${stamp}_${name}`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(path.join(folder, 'migration.sql'), result.stdout ?? '')
    writeFileSync(path.join(folder, 'schema.prisma'), readFileSync(current))
    console.log(`wrote ${folder}`)
  }
} finally {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
}
process.exit()
