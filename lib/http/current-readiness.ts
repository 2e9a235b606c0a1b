import { LRUCache } from 'lru-cache'
import { database } from '#lib/db.ts'
import { env } from '#lib/env.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'
import { checkReadiness, type Readiness } from './readiness.ts'

/** However many probes ask, each part is looked at once a second. */
const cache = new LRUCache<'now', Readiness>({
  max: 1,
  ttl: 1_000,
  fetchMethod: () => checkReadiness({ db: database(), io: fileIO(), warehouse: env().WAREHOUSE_LOCATION }),
})

/** Whether this installation is ready, at most a second old. */
export const currentReadiness = (): Promise<Readiness> => cache.forceFetch('now')
