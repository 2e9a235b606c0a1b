/**
 * `npm run setup -- --admin you@example.com [--name "You"]`: what a new installation needs, done as often as it is called:
 * the newest migration, the recipe service's pipeline and site, and a link that signs its first admin in, once.
 */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { createSignInLink } from '#lib/auth/provision.ts'
import { database, databaseUrl } from '#lib/db.ts'
import { messageOf } from '#lib/errors.ts'
import { parseOptions } from './parse-options.ts'
import { provisionRecipeService } from './provision-recipe-service.ts'
import { migrate } from './servers/migrate.ts'

const usage = 'npm run setup -- --admin you@example.com [--name "You"]'

const SetupOptionsSchema = z.object({
  admin: z.email({ error: 'the e-mail address of the first admin' }),
  name: z.string().min(1).optional(),
})

try {
  const { values } = parseArgs({ options: { admin: { type: 'string' }, name: { type: 'string' } } })
  const options = parseOptions(values, SetupOptionsSchema)
  const applied = await migrate(databaseUrl())
  console.log(`migrations: ${applied.length > 0 ? `${applied.length} applied` : 'up to date'}`)
  await provisionRecipeService(database())
  console.log('pipeline "recipe events" and site "Recipe service": there')
  const link = await createSignInLink({
    email: options.admin,
    name: options.name ?? options.admin.replace(/@.*/, ''),
    role: 'admin',
  })
  console.log(
    `\nOnce the app runs, this link signs ${options.admin} in, once, until ${link.expiresAt.toISOString()}:\n\n  ${link.url}\n`,
  )
  await database().$disconnect()
} catch (error) {
  console.error(messageOf(error))
  console.error(`\n${usage}`)
  process.exit(1)
}
