import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isRunning, stopProcess } from '../servers/process.ts'

interface Recorded {
  name: string
  pid: number
}

/** What the command line of any of ours has; Next renames its process to "next-server (v…)". */
const ours = /node|next-server/

/**
 * The long-lived processes of the demo. Each runs in a process group of its own, so that Ctrl-C reaches only the demo,
 * which then stops them in order. Their pids are written down: what a kill -9 of the demo left behind is ended by the
 * next start.
 */
export class Children {
  private readonly running: { recorded: Recorded; child: ChildProcess; exited: Promise<void> }[] = []
  private readonly file: string
  private readonly logs: string
  private stopping = false

  constructor(directory: string) {
    this.file = path.join(directory, 'processes.json')
    this.logs = path.join(directory, 'logs')
    mkdirSync(this.logs, { recursive: true })
  }

  /** Ends what an earlier demo in this folder left running; returns how many. */
  async endLeftovers(): Promise<number> {
    if (!existsSync(this.file)) return 0
    const recorded = JSON.parse(readFileSync(this.file, 'utf8')) as Recorded[]
    const left = recorded.map(({ pid }) => ({ pid, command: ours })).filter(isRunning)
    await Promise.all(left.map((one) => stopProcess(one)))
    rmSync(this.file, { force: true })
    return left.length
  }

  /** Starts `node …args`, its output going to `logs/<name>.log`. `onExit` hears of an end that nobody asked for. */
  start(
    name: string,
    args: string[],
    env: NodeJS.ProcessEnv,
    onExit: (code: number | null) => void,
  ): ChildProcess {
    const log = openSync(path.join(this.logs, `${name}.log`), 'a')
    const child = spawn(process.execPath, args, { env, detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    const recorded = { name, pid: child.pid ?? 0 }
    const exited = new Promise<void>((resolve) => {
      child.once('exit', (code) => {
        if (!this.stopping) onExit(code)
        resolve()
      })
    })
    this.running.push({ recorded, child, exited })
    this.record()
    return child
  }

  /** Stops everything, the latest started first, each given `patienceMs` to finish what it is doing. */
  async stop(patienceMs = 30_000): Promise<void> {
    this.stopping = true
    for (const { child, exited } of this.running.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue
      child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      await exited
      clearTimeout(timer)
    }
    rmSync(this.file, { force: true })
  }

  /** The second Ctrl-C: everything ends now. */
  kill(): void {
    this.stopping = true
    for (const { child } of this.running) child.kill('SIGKILL')
    rmSync(this.file, { force: true })
  }

  private record(): void {
    writeFileSync(this.file, JSON.stringify(this.running.map(({ recorded }) => recorded)))
  }
}
