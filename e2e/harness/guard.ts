/**
 * Runs when the tests have ended, normally or not: ends every process whose command line names this run's folder, by its
 * pid, and removes the folders. SIGINT first, so that Postgres gives its shared memory back.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { commandOf, waitUntil } from '../../scripts/servers/process.ts'

const [directory = '', dataDirectory = ''] = process.argv.slice(2)
for (const folder of [directory, dataDirectory]) {
  if (!/\/firn-test-[\w-]+$/.test(folder)) throw new Error(`not a folder of a test run: ${folder}`)
}

function serversOfThisRun(): number[] {
  return allProcesses().filter(
    (pid) => pid !== process.pid && (commandOf(pid) ?? '').includes(`${directory}/`),
  )
}

/** Slim images have no ps, and other systems than Linux no /proc. */
function allProcesses(): number[] {
  const names = existsSync('/proc/self')
    ? readdirSync('/proc')
    : spawnSync('ps', ['-A', '-o', 'pid='], { encoding: 'utf8' }).stdout.split('\n')
  return names.map(Number).filter((pid) => pid > 1)
}

function send(signal: NodeJS.Signals): void {
  for (const pid of serversOfThisRun()) {
    try {
      process.kill(pid, signal)
    } catch {
      // It ended in between.
    }
  }
}

send('SIGINT')
if (!(await waitUntil(() => serversOfThisRun().length === 0, 8_000))) {
  send('SIGKILL')
  await waitUntil(() => serversOfThisRun().length === 0, 5_000)
}
for (const folder of [directory, dataDirectory]) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
