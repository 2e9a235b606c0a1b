import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { AppError } from '#lib/errors.ts'

const nobody = 65534

/** How to run Postgres, which refuses to run as root. */
export interface PostgresUser {
  /** Goes before the program. */
  prefix: string[]
  spawnOptions: { uid?: number; gid?: number }
  /** Gives a file or a whole folder to the user the server runs as. */
  own(file: string): void
}

const succeeds = (command: string, ...args: string[]) =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0

function hasName(): boolean {
  try {
    return userInfo().username !== ''
  } catch {
    return false
  }
}

function ownAs(uid: number): (file: string) => void {
  return (file) => {
    if (statSync(file).uid === uid) return
    const chown = spawnSync('chown', ['-R', `${uid}:${uid}`, file], { encoding: 'utf8' })
    if (chown.status !== 0) {
      throw new AppError('unavailable', `${file} cannot be given to user ${uid}: ${chown.stderr.trim()}`)
    }
  }
}

/**
 * A normal user runs it as is (in a user namespace when the user has no name). Root tries, in this order:
 * 1. a user namespace in which root is called nobody (files stay root's);
 * 2. nobody with the one capability to pass through folders closed to others (containers forbid namespaces);
 * 3. plain nobody, which needs every parent of `folders` to be open.
 * `FIRN_POSTGRES_USER` (`namespace`, `capability`, `nobody`) picks one, for tests.
 */
export function postgresUser(folders: readonly string[]): PostgresUser {
  const namespace = ['unshare', '--user', `--map-user=${nobody}`]
  if (process.getuid?.() !== 0) {
    // Containers often run as a number without a name; Postgres wants one.
    const nameless = !hasName() && succeeds('unshare', ...namespace.slice(1), 'true')
    return { prefix: nameless ? namespace : [], spawnOptions: {}, own: () => {} }
  }
  const wanted = process.env.FIRN_POSTGRES_USER
  if ((wanted ?? 'namespace') === 'namespace' && succeeds('unshare', ...namespace.slice(1), 'true')) {
    return { prefix: namespace, spawnOptions: {}, own: ownAs(0) }
  }
  const capability = [
    'setpriv',
    `--reuid=${nobody}`,
    `--regid=${nobody}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
  ]
  if ((wanted ?? 'capability') === 'capability' && succeeds('setpriv', ...capability.slice(1), 'true')) {
    return { prefix: capability, spawnOptions: {}, own: ownAs(nobody) }
  }
  for (const folder of folders) refuseClosedParents(folder)
  return { prefix: [], spawnOptions: { uid: nobody, gid: nobody }, own: ownAs(nobody) }
}

function refuseClosedParents(folder: string): void {
  for (let parent = path.dirname(folder); parent !== path.dirname(parent); parent = path.dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0) {
      throw new AppError(
        'forbidden',
        `Postgres does not run as root, and user nobody may not pass through ${parent} to ${folder}. Run as a normal user, use a folder open to others (chmod o+x ${parent}), or set DATABASE_URL to a Postgres of your own.`,
      )
    }
  }
}
