import { getQuarantineSummary as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { summarizeQuarantine } from '#lib/maintenance/quarantine/list-quarantine.ts'

export const GET = route(contract, ({ query, actor }) => summarizeQuarantine(database(), actor, query))
