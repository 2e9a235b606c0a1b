import { listSourceLedger as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listLedger } from '#lib/ingest/list-ledger.ts'
import { ledgerCheckItem } from '#lib/ingest/list-sources.ts'
import { assertSourceAccess } from '#lib/ingest/source-access.ts'

export const GET = route(contract, async ({ params, query, actor }) => {
  await assertSourceAccess(database(), actor, params.id, { change: false })
  const [entries, check] = await Promise.all([
    listLedger(database(), params.id, query),
    ledgerCheckItem(database(), params.id),
  ])
  return { ...entries, check }
})
