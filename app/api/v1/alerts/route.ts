import { listAlerts } from '#lib/alerts/list-alerts.ts'
import * as alerts from '#lib/api/alerts.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'

export const GET = route(alerts.listAlerts, ({ query, actor }) => listAlerts(database(), actor, query))
