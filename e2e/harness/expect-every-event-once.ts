import { expect } from 'vitest'
import type { IngestWorkspace } from './ingest-workspace.ts'

/** Every event of a folder's `.jsonl` files is in the pipeline's table, once. Compared by event_id through DuckDB. */
export async function expectEveryEventOnce(
  workspace: IngestWorkspace,
  folder: string,
  events: number,
): Promise<void> {
  const [counts] = await workspace.queryTable(`
    WITH sent AS (SELECT event_id FROM read_json('${folder}/*.jsonl', columns = {event_id: 'VARCHAR'}))
    SELECT count(*)::INTEGER AS rows, count(DISTINCT event_id)::INTEGER AS ids,
      (SELECT count(*)::INTEGER FROM (SELECT event_id FROM sent EXCEPT SELECT event_id FROM $files)) AS missing
    FROM $files`)
  expect(counts).toEqual({ rows: events, ids: events, missing: 0 })
}
