import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const sources = [
  'app',
  'components',
  'lib',
  'messages',
  'public',
  'next.config.js',
  'package-lock.json',
  'tsconfig.json',
]
const fingerprintFile = '.next/firn-sources'

/** A fingerprint of everything the app is built from: names, sizes and modification times. */
function fingerprint(): string {
  const hash = createHash('sha256')
  const visit = (file: string) => {
    if (!existsSync(file)) return
    const stat = statSync(file)
    if (stat.isDirectory()) {
      for (const name of readdirSync(file).sort()) visit(path.join(file, name))
    } else {
      hash.update(`${file} ${stat.size} ${stat.mtimeMs}\n`)
    }
  }
  sources.forEach(visit)
  return hash.digest('hex')
}

/**
 * Builds the app unless the last build was of the same sources; returns whether it built.
 * Aborting `signal` ends the build.
 * @throws Error with the end of the build's output when it fails.
 */
export async function buildApp(env: NodeJS.ProcessEnv, log: string, signal: AbortSignal): Promise<boolean> {
  await run(['scripts/copy-duckdb-wasm.ts'], env, log, signal)
  const current = fingerprint()
  if (
    existsSync('.next/BUILD_ID') &&
    existsSync(fingerprintFile) &&
    readFileSync(fingerprintFile, 'utf8') === current
  ) {
    return false
  }
  // A build that is ended half-way leaves a mixture: it must not pass for a build of any sources.
  rmSync(fingerprintFile, { force: true })
  await run(['node_modules/next/dist/bin/next', 'build'], env, log, signal)
  writeFileSync(fingerprintFile, current)
  return true
}

function run(args: string[], env: NodeJS.ProcessEnv, log: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { env, signal, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      output += String(chunk)
    })
    child.once('error', reject)
    child.once('exit', (code) => {
      mkdirSync(path.dirname(log), { recursive: true })
      writeFileSync(log, output)
      if (code === 0) resolve()
      else
        reject(
          new Error(
            `${args.join(' ')} ended with code ${code}:\n${output.split('\n').slice(-25).join('\n')}`,
          ),
        )
    })
  })
}
