import { listSourcePartitions as contract } from '#lib/api/sources.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { listSourcePartitions } from '#lib/ingest/list-source-partitions.ts'

export const GET = route(contract, ({ params, query }) => listSourcePartitions(database(), params.id, query))
