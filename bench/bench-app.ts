import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { measureProcess } from './measured-process.ts'

/** The built app in a process of its own. */
export interface BenchApp {
  url: string
  pid: number
  stop(): Promise<void>
}

const root = path.resolve(import.meta.dirname, '..')

/** Starts the app as production runs it, with this process' environment; builds it when that has not been done. */
export async function startBenchApp(port: number): Promise<BenchApp> {
  if (!existsSync(path.join(root, '.next', 'BUILD_ID'))) {
    console.log('building the app…')
    await measureProcess('npm', ['run', 'build'])
  }
  const serve = path.join(root, 'scripts/serve.ts')
  const app = spawn(process.execPath, [serve, '--port', String(port), '--hostname', '127.0.0.1'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production', FIRN_ENV: 'production' },
  })
  const url = `http://127.0.0.1:${port}`
  await untilAnswering(`${url}/icon.svg`, () => app.exitCode)
  return {
    url,
    pid: app.pid ?? 0,
    stop: async () => {
      app.kill('SIGTERM')
      if (app.exitCode === null) await once(app, 'exit')
    },
  }
}

async function untilAnswering(url: string, exitCode: () => number | null): Promise<void> {
  const deadline = Date.now() + 60_000
  while (Date.now() < deadline) {
    if (exitCode() !== null) throw new Error(`The app ended with code ${exitCode()}; its output is above.`)
    const answered = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${url} did not answer within 60 s.`)
}
