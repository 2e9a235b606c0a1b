import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startBackgroundServer } from './background-server.ts'
import { javaProgram, mavenJars } from './java.ts'
import { freePort } from './process.ts'

export interface RunningIcebergRest {
  /** Base address of the catalog. */
  uri: string
  /** `file://` location of its warehouse. */
  warehouse: string
  pid: number
  stop(): Promise<void>
}

const recipe = fileURLToPath(new URL('./iceberg-rest/', import.meta.url))
const program = 'Iceberg’s REST catalog'

/**
 * Starts Iceberg's own REST catalog on a folder: names in a SQLite file, tables in a local warehouse. For tests.
 * @throws AppError `unavailable` with one line that says what to install
 */
export async function startIcebergRest({ directory }: { directory: string }): Promise<RunningIcebergRest> {
  const folder = path.resolve(directory)
  const java = await javaProgram(program)
  const jars = await mavenJars({ name: 'iceberg-rest-1.11.0', program, recipe })
  mkdirSync(path.join(folder, 'warehouse'), { recursive: true })
  const server = await startBackgroundServer<{ port: number }>({
    name: 'iceberg-rest',
    directory: folder,
    prepare: async () => ({ port: await freePort() }),
    launch: ({ port }) => ({
      program: java,
      args: [
        '-Xmx384m',
        '-XX:+UseSerialGC',
        '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
        '-cp',
        path.join(jars, '*'),
        // Java compiles a single file by itself when it is started.
        path.join(recipe, 'ReferenceCatalog.java'),
        String(port),
        folder,
      ],
    }),
    isReady: ({ port }) =>
      fetch(`http://127.0.0.1:${port}/v1/config`).then(
        (response) => response.ok,
        () => false,
      ),
    patienceMs: 90_000,
  })
  return {
    uri: `http://127.0.0.1:${server.facts.port}`,
    warehouse: `file://${folder}/warehouse`,
    pid: server.pid,
    stop: server.stop,
  }
}
