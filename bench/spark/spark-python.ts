import path from 'node:path'
import { hasProgram, type ProgramResult, runProgram, summaryOf } from '../../scripts/servers/run-program.ts'
import { cachedFolder } from '../../scripts/servers/server-cache.ts'

const sparkVersion = '4.1.4'
const icebergRuntime = 'org.apache.iceberg:iceberg-spark-runtime-4.1_2.13'
const icebergVersion = '1.12.0'

export interface SparkPython {
  /** A Python that has PySpark. */
  executable: string
  /** Iceberg's Spark runtime. */
  jar: string
}

function need(what: string, result: ProgramResult): void {
  if (result.code !== 0) throw new Error(`${what} failed: ${summaryOf(result)}`)
}

/**
 * Spark with Iceberg, fetched once for the machine (some 500 MB).
 * @throws Error that says what to install
 */
export async function sparkPython(): Promise<SparkPython> {
  for (const [program, flag, advice] of [
    ['java', '-version', 'Install a JDK of version 17 or later.'],
    ['mvn', '-version', 'Install Maven.'],
    ['python3', '--version', 'Install Python 3.10 or later.'],
  ] as const) {
    if (!(await hasProgram(program, flag))) throw new Error(`Spark needs ${program}. ${advice}`)
  }
  // A virtual environment holds its own path, so it is made where it stays.
  const python = await cachedFolder(`pyspark-${sparkVersion}-packages`, async (folder) => {
    console.log(`fetching PySpark ${sparkVersion}…`)
    need(
      'pip install pyspark',
      await runProgram('python3', [
        '-m',
        'pip',
        'install',
        '-q',
        '--target',
        folder,
        `pyspark==${sparkVersion}`,
      ]),
    )
  })
  const jars = await cachedFolder(`iceberg-spark-runtime-${icebergVersion}`, async (folder) => {
    console.log(`fetching Iceberg's Spark runtime ${icebergVersion}…`)
    const artifact = `-Dartifact=${icebergRuntime}:${icebergVersion}`
    need(
      'mvn dependency:get',
      await runProgram('mvn', ['-q', '-B', 'dependency:get', artifact, '-Dtransitive=false']),
    )
    need(
      'mvn dependency:copy',
      await runProgram('mvn', ['-q', '-B', 'dependency:copy', artifact, `-DoutputDirectory=${folder}`]),
    )
  })
  process.env.PYTHONPATH = python
  return {
    executable: 'python3',
    jar: path.join(jars, `iceberg-spark-runtime-4.1_2.13-${icebergVersion}.jar`),
  }
}
