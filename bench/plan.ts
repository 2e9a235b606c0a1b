import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonWithPyIceberg } from '../scripts/servers/python.ts'
import { withBenchCatalog } from './bench-catalog.ts'
import { benchRepeats } from './bench-folder.ts'
import { measureProcess, median, rounded } from './measured-process.ts'
import { makeWideTable } from './wide-table.ts'

/**
 * Planning a table of 100,000 data files (25 columns with bounds, 744 partitions, 100 manifests): all files, a day, an
 * hour and one user id, each in a process that has read nothing yet, against PyIceberg's plan_files on the same metadata.
 * The runs take turns; the last line is the medians as JSON.
 */

const files = 100_000
const perManifest = 1_000
const cases = ['all', 'day', 'hour', 'user'] as const

const times = new Map<string, number[]>()
const peaks = new Map<string, number[]>()
await withBenchCatalog('plan', async (catalog) => {
  const identifier = { namespace: ['bench'], name: 'wide' }
  console.log(`making the metadata of ${files.toLocaleString('en')} files…`)
  await makeWideTable(catalog, identifier, files, perManifest, { 'commit.manifest-merge.enabled': 'false' })
  const { metadataLocation } = await catalog.loadTable(identifier)
  const python = await pythonWithPyIceberg()
  for (let round = 0; round < benchRepeats; round += 1) {
    for (const name of cases) {
      const found: number[] = []
      for (const [who, command, args] of [
        ['ours', process.execPath, [path.join(import.meta.dirname, 'plan-ours.ts'), metadataLocation, name]],
        [
          'pyiceberg',
          python,
          [path.join(import.meta.dirname, 'plan_pyiceberg.py'), fileURLToPath(metadataLocation), name],
        ],
      ] as const) {
        const measured = await measureProcess(command, args)
        const { seconds, planned } = JSON.parse(measured.lastLine) as { seconds: number; planned: number }
        found.push(planned)
        times.set(`${who} ${name}`, [...(times.get(`${who} ${name}`) ?? []), seconds])
        peaks.set(who, [...(peaks.get(who) ?? []), measured.peakMb])
        console.log(
          `${who.padEnd(10)} ${name.padEnd(5)} ${seconds.toFixed(3)} s  ${measured.peakMb.toFixed(0)} MB  ${planned} files`,
        )
      }
      if (found[0] !== found[1])
        throw new Error(`${name}: ours plans ${found[0]} files, PyIceberg ${found[1]}.`)
    }
  }
})

const of = (key: string) => median(times.get(key) ?? [])
console.log(
  JSON.stringify({
    bench: 'plan',
    files,
    ...Object.fromEntries(
      cases.flatMap((name) => [
        [name, rounded(of(`ours ${name}`), 3)],
        [`${name}PyIceberg`, rounded(of(`pyiceberg ${name}`), 3)],
        [`${name}Ratio`, rounded(of(`pyiceberg ${name}`) / of(`ours ${name}`), 1)],
      ]),
    ),
    peakMb: Math.round(Math.max(...(peaks.get('ours') ?? []))),
    peerPeakMb: Math.round(Math.max(...(peaks.get('pyiceberg') ?? []))),
  }),
)
