import { spawn } from 'node:child_process'
import { messageOf } from '#lib/errors.ts'

export interface ProgramResult {
  /** Null: it could not be started (not installed). */
  code: number | null
  /** Standard output and error, together. */
  output: string
}

/** Runs a program to its end; never throws. */
export function runProgram(
  program: string,
  args: readonly string[],
  { env, cwd }: { env?: Record<string, string>; cwd?: string } = {},
): Promise<ProgramResult> {
  return new Promise((resolve) => {
    let output = ''
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const collect = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', (error) => resolve({ code: null, output: messageOf(error) }))
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

export const hasProgram = async (program: string, versionFlag = '--version'): Promise<boolean> =>
  (await runProgram(program, [versionFlag])).code === 0

/** The end of a program's output on one line, for an error's message. */
export const summaryOf = ({ output }: ProgramResult): string =>
  output.trim().split('\n').slice(-3).join(' | ').slice(-500)

/** Installs Debian packages where that is possible: as root with apt-get. Returns whether it did. */
export async function aptInstall(...packages: string[]): Promise<boolean> {
  if (process.getuid?.() !== 0 || !(await hasProgram('apt-get'))) return false
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = () =>
    runProgram('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { env })
  if ((await install()).code === 0) return true
  await runProgram('apt-get', ['update'], { env })
  return (await install()).code === 0
}
