import { restoreQuarantine as contract } from '#lib/api/maintenance.ts'
import { database } from '#lib/db.ts'
import { route } from '#lib/http/route.ts'
import { openDefaultCatalog } from '#lib/ingest/default-catalog.ts'
import { assertMayChange } from '#lib/maintenance/quarantine/list-quarantine.ts'
import { restoreFiles, restoreRun } from '#lib/maintenance/quarantine/restore-files.ts'
import { fileIO } from '#lib/storage/default-file-io.ts'

export const POST = route(contract, async ({ body, actor, audit }) => {
  const db = database()
  await assertMayChange(db, actor, body)
  const restored =
    'ids' in body
      ? await restoreFiles(db, body.ids, actor.name)
      : await restoreRun({ db, catalog: await openDefaultCatalog(db, fileIO()) }, body.runId, actor.name)
  audit.subject = 'runId' in body ? `run:${body.runId}` : 'quarantine'
  audit.details = { ...body, ...restored }
  return restored
})
