import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { AppError } from '#lib/errors.ts'
import { aptInstall, hasProgram, runProgram, summaryOf } from './run-program.ts'
import { cachedFolder } from './server-cache.ts'

/** Java servers that tests and the demo start: which Java, and their jars. */

const leastJava = 17

/**
 * Java 17 or newer: JAVA_HOME's, the one in PATH, or Debian's, installed where that is possible.
 * @param program what needs it, for the message
 * @throws AppError `unavailable` that says what to install
 */
export async function javaProgram(program: string): Promise<string> {
  const java = process.env.JAVA_HOME ? path.join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
  const answer = async () => {
    const { code, output } = await runProgram(java, ['-version'])
    return code === 0 ? Number(/version "(\d+)/.exec(output)?.[1] ?? 0) : 0
  }
  let found = await answer()
  if (found === 0 && (await aptInstall('default-jre-headless'))) found = await answer()
  if (found >= leastJava) return java
  throw new AppError(
    'unavailable',
    `${program} needs Java ${leastJava} or newer and ${found === 0 ? 'there is none' : `this is Java ${found}`}: install one (Debian: apt-get install default-jre-headless; macOS: brew install openjdk) or set JAVA_HOME.`,
  )
}

export interface JarRecipe {
  /** Of the folder in the cache. */
  name: string
  /** What the jars are of, for messages. */
  program: string
  /** The folder with `pom.xml` and `jars.sha256`. */
  recipe: string
  /** What else helps when Maven is missing: `set KAFKA_BROKERS to …`. */
  instead?: string
}

/**
 * The folder with a program's jars, fetched by Maven once for this machine and checked at every start.
 * @throws AppError `unavailable` (no Maven, nothing fetched), `corrupt` (other jars than the committed ones)
 */
export async function mavenJars({ name, program, recipe, instead }: JarRecipe): Promise<string> {
  const folder = await cachedFolder(name, async (target) => {
    if (!(await hasProgram('mvn')) && !(await aptInstall('maven'))) {
      throw new AppError(
        'unavailable',
        `${program}’s jars are fetched by Maven, which is not installed: install it once (Debian: apt-get install maven; macOS: brew install maven)${instead ? `, or ${instead}` : ''}.`,
      )
    }
    const fetched = await runProgram('mvn', [
      '--quiet',
      '--batch-mode',
      '--file',
      path.join(recipe, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${target}`,
      '-DincludeScope=runtime',
    ])
    if (fetched.code !== 0) {
      throw new AppError('unavailable', `Maven could not fetch ${program}’s jars: ${summaryOf(fetched)}`)
    }
    verifyJars(target, program, recipe)
  })
  verifyJars(folder, program, recipe)
  return folder
}

/** The jars by name with their SHA-256, as committed. */
function expectedJars(recipe: string): Map<string, string> {
  const lines = readFileSync(path.join(recipe, 'jars.sha256'), 'utf8').trim().split('\n')
  return new Map(
    lines.map((line) => {
      const [sum = '', name = ''] = line.split(/\s+/)
      return [name, sum]
    }),
  )
}

/** @throws AppError `corrupt` unless the folder holds exactly the committed jars */
function verifyJars(folder: string, program: string, recipe: string): void {
  const expected = expectedJars(recipe)
  const found = readdirSync(folder).filter((name) => name.endsWith('.jar'))
  const wrong = found.filter((name) => {
    const sum = createHash('sha256')
      .update(readFileSync(path.join(folder, name)))
      .digest('hex')
    return expected.get(name) !== sum
  })
  const missing = [...expected.keys()].filter((name) => !found.includes(name))
  if (wrong.length + missing.length === 0) return
  throw new AppError(
    'corrupt',
    `${program}’s jars are not the ones this project was made with (different: ${wrong.join(', ') || 'none'}; missing: ${missing.join(', ') || 'none'}). Delete ${folder} and start again; if it stays, the Maven repository in use serves something else.`,
  )
}
