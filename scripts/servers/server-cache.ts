import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'

/** Programs fetched or built once for all clones on this machine: FIRN_CACHE_DIR, else ~/.cache/firn. */
export function serverCacheDirectory(): string {
  return path.resolve(process.env.FIRN_CACHE_DIR || path.join(homedir(), '.cache', 'firn'))
}

/**
 * A folder of the cache, made by `fill` when it is not there. It appears whole or not at all, also when several
 * processes fill it at once or one is killed meanwhile.
 */
export async function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = path.join(serverCacheDirectory(), name)
  if (existsSync(folder)) return folder
  mkdirSync(path.dirname(folder), { recursive: true })
  const fresh = mkdtempSync(`${folder}.new-`)
  try {
    await fill(fresh)
    renameSync(fresh, folder)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    // Another process was faster.
    if (!existsSync(folder)) throw error
  }
  return folder
}
