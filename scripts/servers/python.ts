import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { AppError } from '#lib/errors.ts'
import { runProgram, summaryOf } from './run-program.ts'
import { cachedFolder } from './server-cache.ts'

const requirements = fileURLToPath(new URL('./python/requirements.txt', import.meta.url))

/** PyIceberg 0.12 needs 3.10; the newest ones may lack wheels of what it needs, so the tried ones come first. */
const candidates = ['python3.11', 'python3.12', 'python3.13', 'python3.10', 'python3']

async function systemPython(): Promise<string> {
  for (const program of candidates) {
    const check = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'
    if ((await runProgram(program, ['-c', check])).code === 0) return program
  }
  throw new AppError(
    'unavailable',
    'The PyIceberg test needs Python 3.10 or newer with venv and pip: install python3 and python3-venv (Debian, Ubuntu) or Python from https://www.python.org/downloads.',
  )
}

/**
 * Path of a Python with the packages of requirements.txt, in a virtual environment that is made once for all clones.
 * @throws AppError `unavailable` with one line that says what to install
 */
export async function pythonWithPyIceberg(): Promise<string> {
  const hash = createHash('sha256').update(readFileSync(requirements)).digest('hex').slice(0, 12)
  const folder = await cachedFolder(`python-${hash}`, async (target) => {
    const made = await runProgram(await systemPython(), ['-m', 'venv', target])
    if (made.code !== 0) {
      throw new AppError('unavailable', `Python could not make a virtual environment: ${summaryOf(made)}`)
    }
    const install = ['-m', 'pip', 'install', '--disable-pip-version-check', '-r', requirements]
    const installed = await runProgram(path.join(target, 'bin', 'python'), install)
    if (installed.code !== 0) {
      throw new AppError(
        'unavailable',
        `pip could not install PyIceberg (a Python package index has to be reachable): ${summaryOf(installed)}`,
      )
    }
  })
  return path.join(folder, 'bin', 'python')
}
