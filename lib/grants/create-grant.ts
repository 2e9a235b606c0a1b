import type { GrantItem } from '#lib/api/grants.ts'
import type { Actor } from '#lib/auth/actor.ts'
import { getCatalog } from '#lib/catalogs/get-catalog.ts'
import { getNamespace } from '#lib/catalogs/get-namespace.ts'
import { getTableRow } from '#lib/catalogs/load-table.ts'
import type { Database } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'
import type { Privilege } from './access.ts'
import { grantFields, grantItems } from './grant-item.ts'
import { loadAccess } from './load-access.ts'

export interface NewGrant {
  catalog: string
  namespace: string[]
  table?: string | undefined
  subject: { type: 'user' | 'token'; id: string }
  privilege: Privilege
  actor: Actor
}

/**
 * Grants a person or a token something; the privilege of a grant that is there is replaced.
 * @throws AppError `not-found` when catalog, namespace, table or subject is not there
 */
export async function createGrant(db: Database, grant: NewGrant): Promise<GrantItem> {
  const { catalog, namespace, table, subject, privilege, actor } = grant
  const createdBy = actor.name
  const row = await getCatalog(db, catalog)
  if (row.kind === 'rest') {
    throw new AppError(
      'unsupported',
      `The catalog "${catalog}" is another server's: who may do what there is granted on that server.`,
    )
  }
  const access = await loadAccess(db, catalog, actor)
  const { id: namespaceId, catalogId } = await getNamespace(db, row, namespace, access)
  const tableId = table === undefined ? null : (await getTableRow({ catalog, namespace, table }, actor)).id
  await assertSubject(db, subject)
  const securableId = tableId ?? namespaceId
  const [subjectType, subjectId] = [subject.type, subject.id]
  const granted = await db.catalogGrant.upsert({
    where: { securableId_subjectType_subjectId: { securableId, subjectType, subjectId } },
    create: {
      catalogId,
      securableId,
      ...(tableId === null ? { namespaceId } : { tableId }),
      subjectType,
      subjectId,
      privilege,
      createdBy,
    },
    update: { privilege, createdBy },
    include: grantFields,
  })
  const [item] = await grantItems(db, [granted])
  if (!item) throw new AppError('internal', `The grant ${granted.id} could not be shown.`)
  return item
}

async function assertSubject(db: Database, { type, id }: NewGrant['subject']): Promise<void> {
  if (type === 'user' && (await db.user.findUnique({ where: { id }, select: { id: true } }))) return
  if (type === 'token' && (await db.apiToken.count({ where: { id, revokedAt: null } })) > 0) return
  throw new AppError(
    'not-found',
    `There is no ${type} with the id ${id}. Expected an id as Admin, ${type === 'user' ? 'Users' : 'Tokens'} lists it.`,
  )
}
