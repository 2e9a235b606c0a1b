import { tmpdir } from 'node:os'
import path from 'node:path'
import { readMetadataFile } from '../lib/iceberg/catalog/metadata-file.ts'
import { alwaysTrue, and, type Expression, eq } from '../lib/iceberg/scan/expression.ts'
import { planFiles } from '../lib/iceberg/scan/plan-files.ts'
import { createFileIO } from '../lib/storage/create-file-io.ts'
import { userId } from './wide-table.ts'

/** Plans one scan cold. Arguments: metadata location, case. Prints seconds without the start of the process, and files. */

const [location = '', name = 'all'] = process.argv.slice(2)
const day = and(eq('year', 2025), eq('month', 7), eq('day', 15))
const filters: Record<string, Expression> = {
  all: alwaysTrue,
  day,
  hour: and(day, eq('hour', 13)),
  user: eq('user_id', userId(350_003)),
}
const io = createFileIO({ cacheDirectory: path.join(tmpdir(), 'firn-bench-plan'), cacheBytes: 1_000_000 })
const started = performance.now()
const metadata = await readMetadataFile(io, location)
const table = { identifier: { namespace: ['bench'], name: 'wide' }, metadataLocation: location, metadata, io }
const tasks = await planFiles(table, { filter: filters[name] ?? alwaysTrue })
const seconds = (performance.now() - started) / 1000
console.log(JSON.stringify({ seconds, planned: tasks.length }))
