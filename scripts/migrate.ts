/** `npm run migrate` brings the database of DATABASE_URL to the newest migration. */
import { databaseUrl } from '#lib/db.ts'
import { messageOf } from '#lib/errors.ts'
import { migrate } from './servers/migrate.ts'

try {
  const applied = await migrate(databaseUrl())
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the database is up to date')
} catch (error) {
  console.error(messageOf(error))
  process.exitCode = 1
}
