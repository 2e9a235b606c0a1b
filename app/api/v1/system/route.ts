import { getSystem as contract } from '#lib/api/system.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { getSystem } from '#lib/runs/get-system.ts'

export const GET = route(contract, ({ actor }) => getSystem(database(), actor))
