import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'

/**
 * Makes room for a new worker: removes local output that workers of this machine left when they were killed. Folders are
 * named `<kind>-<pid>`; those of processes that are still there stay.
 */
export async function clearStaging(ownDirectory: string): Promise<void> {
  const parent = path.dirname(ownDirectory)
  const names = await readdir(parent).catch(() => [])
  for (const name of names) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1] ?? 0)
    if (pid === 0 || (pid !== process.pid && isAlive(pid))) continue
    await rm(path.join(parent, name), { recursive: true, force: true })
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
