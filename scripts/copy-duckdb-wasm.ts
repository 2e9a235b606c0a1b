import { copyFile, mkdir, stat } from 'node:fs/promises'
import path from 'node:path'

/**
 * Puts duckdb-wasm's bundles under public/duckdb, so that the browser gets them from Firn itself: nothing is fetched
 * from elsewhere, and it works offline. Run before a build; files that are there already (same size) are left alone.
 */

const bundles = [
  'duckdb-mvp.wasm',
  'duckdb-eh.wasm',
  'duckdb-browser-mvp.worker.js',
  'duckdb-browser-eh.worker.js',
]

const root = path.resolve(import.meta.dirname, '..')
const from = path.join(root, 'node_modules/@duckdb/duckdb-wasm/dist')
const to = path.join(root, 'public/duckdb')

const sizeOf = (file: string): Promise<number | null> =>
  stat(file).then(
    ({ size }) => size,
    () => null,
  )

await mkdir(to, { recursive: true })
for (const name of bundles) {
  const [source, target] = [path.join(from, name), path.join(to, name)]
  const size = await sizeOf(source)
  if (size === null) {
    throw new Error(`${source} is missing: @duckdb/duckdb-wasm is not installed. Run \`npm ci\` first.`)
  }
  if ((await sizeOf(target)) !== size) await copyFile(source, target)
}
