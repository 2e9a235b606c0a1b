import { randomUUIDv7 } from 'node:crypto'
import { Prisma } from '#db'
import type { Connection, ConnectionTarget } from '#lib/api/catalog-connections.ts'
import { sealSecret } from '#lib/auth/sealed-secret.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import { baseAddress } from '#lib/iceberg/catalog/rest-catalog/rest-connection.ts'
import { defaultCatalogName } from '#lib/ingest/default-catalog.ts'
import { secretFor, splitCredential } from './connection-credential.ts'
import { getConnection } from './get-connection.ts'
import { toConnection } from './to-connection.ts'

const columns = (target: ConnectionTarget, secret: string | undefined, id: string) => ({
  uri: baseAddress(target.uri),
  warehouse: target.warehouse,
  credential: splitCredential(target.credential).facts,
  secret: secret === undefined ? null : sealSecret(secret, id),
})

/** @throws AppError `already-exists`, `bad-input` (address, missing secret) */
export async function createConnection(
  db: Database,
  { name, ...target }: ConnectionTarget & { name: string },
): Promise<Connection> {
  const taken = (cause?: unknown) =>
    new AppError('already-exists', `There is a catalog named "${name}" already. Choose another name.`, {
      cause,
    })
  // Firn's own catalog is made on first use: its name is never free.
  if (name === defaultCatalogName) throw taken()
  const id = randomUUIDv7()
  const data = { id, name, kind: 'rest', ...columns(target, secretFor(target, null), id) }
  try {
    return toConnection(await db.catalog.create({ data }))
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') throw taken(error)
    throw error
  }
}

/** @throws AppError `not-found`, `bad-input` (address, secret that has to be entered again) */
export async function updateConnection(
  db: Database,
  id: string,
  target: ConnectionTarget,
): Promise<Connection> {
  const stored = await getConnection(db, id)
  const data = columns(target, secretFor(target, stored), id)
  return toConnection(await db.catalog.update({ where: { id }, data }))
}
