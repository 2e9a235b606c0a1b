import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import path from 'node:path'
import { AppError, isAppError } from '#lib/errors.ts'
import { type BackgroundServer, startBackgroundServer } from './background-server.ts'
import { freePort } from './process.ts'
import { hasProgram, runProgram, summaryOf } from './run-program.ts'
import { cachedFolder } from './server-cache.ts'

export interface RunningS3 {
  /** http://127.0.0.1:port; path style, region us-east-1. */
  endpoint: string
  accessKeyId: string
  secretAccessKey: string
  adopted: boolean
  stop(): Promise<void>
}

const version = 'v1.8.0'
const source = `github.com/versity/versitygw/cmd/versitygw@${version}`

/** versitygw, an S3 server of one static program (Apache-2.0), built once by Go. */
async function versitygw(): Promise<string> {
  const name = process.platform === 'win32' ? 'versitygw.exe' : 'versitygw'
  const onPath = process.env.VERSITYGW_PATH
  if (onPath && existsSync(onPath)) return onPath
  const folder = await cachedFolder(`versitygw-${version}`, async (target) => {
    if (!(await hasProgram('go', 'version'))) {
      throw new AppError(
        'unavailable',
        'The S3 server for tests needs Go: install Go 1.24 or newer (https://go.dev/dl), or set VERSITYGW_PATH to a versitygw program.',
      )
    }
    const built = await runProgram('go', ['install', source], { env: { GOBIN: target, CGO_ENABLED: '0' } })
    if (built.code !== 0) {
      throw new AppError(
        'unavailable',
        `go install ${source} failed, so there is no S3 server for tests (set VERSITYGW_PATH to one): ${summaryOf(built)}`,
      )
    }
  })
  return path.join(folder, name)
}

interface Facts {
  port: number
  accessKeyId: string
  secretAccessKey: string
}

/**
 * Starts an S3 server over a folder, or takes over the one that runs there.
 * @throws AppError `unavailable` with one line that says what to install
 */
export async function startS3(options: { directory: string; port?: number }): Promise<RunningS3> {
  const directory = path.resolve(options.directory)
  const program = await versitygw()
  const start = (sidecar: boolean): Promise<BackgroundServer<Facts>> =>
    startBackgroundServer<Facts>({
      name: 's3',
      directory,
      prepare: async () => ({
        port: options.port ?? (await freePort()),
        accessKeyId: 'firn',
        secretAccessKey: randomBytes(18).toString('hex'),
      }),
      launch: ({ port, accessKeyId, secretAccessKey }) => {
        const objects = path.join(directory, 'objects')
        const metadata = path.join(directory, 'metadata')
        mkdirSync(objects, { recursive: true })
        if (sidecar) mkdirSync(metadata, { recursive: true })
        return {
          program,
          args: [
            '--port',
            `127.0.0.1:${port}`,
            '--keep-alive',
            '--quiet',
            'posix',
            ...(sidecar ? ['--sidecar', metadata] : []),
            objects,
          ],
          env: { ROOT_ACCESS_KEY_ID: accessKeyId, ROOT_SECRET_ACCESS_KEY: secretAccessKey },
        }
      },
      isReady: answers,
      patienceMs: 20_000,
    })
  const server = await start(existsSync(path.join(directory, 'metadata'))).catch((error: unknown) => {
    // Without extended attributes (some tmpfs, NFS) the metadata goes to a folder beside the objects.
    if (isAppError(error, 'unavailable') && /xattr|extended attribute/i.test(error.message))
      return start(true)
    throw error
  })
  const { port, accessKeyId, secretAccessKey } = server.facts
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId,
    secretAccessKey,
    adopted: server.adopted,
    stop: server.stop,
  }
}

/** Any answer will do: without a signature it is 403. */
async function answers({ port }: Facts): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })
    return response.status > 0
  } catch {
    return false
  }
}
