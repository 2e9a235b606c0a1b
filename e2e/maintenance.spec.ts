import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { z } from 'zod'
import { getTable, listSnapshots } from '#lib/api/catalogs.ts'
import { listQuarantine } from '#lib/api/maintenance.ts'
import { createEngine } from '#lib/engine/create-engine.ts'
import { appendFiles } from '#lib/iceberg/actions/append-files.ts'
import { openRestCatalog } from '#lib/iceberg/catalog/rest-catalog/rest-catalog.ts'
import { commitWithRetry } from '#lib/iceberg/commit/commit-with-retry.ts'
import { createFileIO } from '#lib/storage/create-file-io.ts'
import { writeRows } from './engines/write-rows.ts'
import { test as base, expect } from './harness/browser-test.ts'

const namespaces = '/api/v1/catalogs/firn/namespaces'
const commits = 4

interface Kept {
  space: string
  api: string
  page: string
}

/** A namespace of its own with the table `orders`: four commits of a small file each, and nothing that starts by itself. */
const test = base.extend<{ kept: Kept }>({
  kept: async ({ engineer, baseURL }, use) => {
    const space = `kept_${randomBytes(3).toString('hex')}`
    const api = `${namespaces}/${space}/tables/orders`
    const folder = await mkdtemp(path.join(tmpdir(), 'firn-kept-'))
    const engine = createEngine({
      processes: 1,
      threads: 1,
      memoryLimit: '300MB',
      spillDirectory: path.join(folder, 'spill'),
    })
    try {
      await engineer.call('POST', namespaces, { levels: [space] })
      const columns = [{ name: 'id', type: 'long' }]
      await engineer.call('POST', `${namespaces}/${space}/tables`, { name: 'orders', columns })
      await engineer.call(
        'PUT',
        `/api/v1/maintenance/policies?catalog=firn&namespace=${space}&table=orders`,
        {
          overrides: { 'compaction.requiresApproval': true },
        },
      )
      const io = createFileIO({ cacheDirectory: path.join(folder, 'cache'), cacheBytes: 1_000_000 })
      const catalog = await openRestCatalog({
        name: 'firn',
        uri: `${z.string().parse(baseURL)}/iceberg`,
        credential: { kind: 'bearer', token: z.string().parse(process.env.FIRN_E2E_TOKEN) },
        openFileIO: () => io,
      })
      const identifier = { namespace: [space], name: 'orders' }
      for (let commit = 0; commit < commits; commit += 1) {
        const table = await catalog.loadTable(identifier)
        const select = `SELECT range::BIGINT AS id FROM range(${commit * 10}, ${commit * 10 + 10})`
        const files = await writeRows(engine, table, path.join(folder, randomUUID()), [{ select }])
        await commitWithRetry(catalog, identifier, appendFiles({ files }))
      }
      await use({ space, api, page: `/catalogs/firn/${space}/orders` })
    } finally {
      await engine.close({ force: true })
      await engineer.call('DELETE', api)
      await engineer.call('DELETE', `${namespaces}/${space}`)
      await rm(folder, { recursive: true, force: true })
    }
  },
})

test('old snapshots are planned, applied, found in quarantine, and brought back', async ({
  page,
  engineer,
  kept,
}) => {
  // Four runs of workers, one after the other.
  test.slow()
  const snapshots = async () => {
    const { items } = await engineer.get(`${kept.api}/snapshots?limit=20`, listSnapshots.response)
    return items.map(({ snapshotId }) => snapshotId)
  }
  const { id } = await engineer.get(kept.api, getTable.response)
  await page.goto(kept.page)
  // The merged files are read by the old snapshots only, so that they go with them.
  await page.getByRole('button', { name: 'Compact now' }).click()
  await expect.poll(async () => (await snapshots()).length).toBe(commits + 1)
  const before = await snapshots()

  await page.getByRole('button', { name: 'Maintain' }).click()
  await page.getByRole('menuitem', { name: 'Expire snapshots…' }).click()
  await expect(page).toHaveURL(/\/maintenance\/plans\//)
  await expect(page.getByRole('heading', { name: 'Nothing to do' })).toBeVisible()

  await page.getByRole('button', { name: 'Plan again' }).click()
  const form = page.getByRole('dialog', { name: 'Plan again' })
  await form.getByLabel('Keep snapshots for (hours)').fill('0')
  await form.getByLabel('Keep at least').fill('1')
  await form.getByRole('button', { name: 'Make a plan' }).click()
  await page.getByRole('button', { name: 'Apply' }).click()
  const question = page.getByRole('dialog', { name: 'Expire snapshots of orders?' })
  await expect(question).toContainText('4 snapshots, and reading the table as it was then')
  await expect(question).toContainText('It can be undone for 3 d')
  expect(await snapshots()).toEqual(before)
  await question.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByRole('button', { name: 'Undo' })).toBeVisible()
  expect(await snapshots()).toEqual(before.slice(0, 1))

  const quarantined = async (state: string) =>
    (await engineer.get(`/api/v1/maintenance/quarantine?table=${id}&state=${state}`, listQuarantine.response))
      .items
  const files = await quarantined('quarantined')
  expect(files.filter(({ kind }) => kind === 'data')).toHaveLength(commits)
  await page.goto('/maintenance/quarantine')
  const run = page.getByRole('listitem').filter({ hasText: `${kept.space}.orders` })
  await expect(run).toContainText(`${files.length} files`)
  await run.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('dialog', { name: 'Undo the run?' }).getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText(`${files.length} files restored, 4 snapshots`)).toBeVisible()
  await expect(run).toHaveCount(0)
  expect(await snapshots()).toEqual(before)
  expect(await quarantined('restored')).toHaveLength(files.length)

  await page.goto(`${kept.page}?tab=preview&at=${before.at(-1)}`)
  await expect(page.getByText(/All 10 rows/)).toBeVisible()
})

test('a compaction is planned, applied as it was shown, and asked before and after', async ({
  page,
  engineer,
  kept,
}) => {
  test.slow()
  await page.goto(kept.page)
  await page.getByRole('button', { name: 'Maintain' }).click()
  await page.getByRole('menuitem', { name: 'Plan compaction…' }).click()
  await expect(page).toHaveURL(/\/maintenance\/plans\//)
  await expect(page.getByText('Partitions: 1')).toBeVisible()
  await expect(page.getByText('40 are written again')).toBeVisible()
  await expect(page.getByText('Estimated time')).toBeVisible()
  await page.getByRole('button', { name: 'Apply' }).click()
  const question = page.getByRole('dialog', { name: 'Compaction of orders?' })
  await expect(question).toContainText('Rows stay as they are')
  await question.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('Same result')).toBeVisible({ timeout: 60_000 })
  const opened = page.getByRole('row', { name: /Files opened/ })
  await expect(opened.getByRole('cell')).toHaveText([String(commits), '1'])
  await expect(page.getByText(/^It took/)).toBeVisible()
  const { items } = await engineer.get(`${kept.api}/snapshots?limit=20`, listSnapshots.response)
  expect(items).toHaveLength(commits + 1)

  // Its one file is as large as it gets; for another order it is written again all the same.
  await page.goto(kept.page)
  await page.getByRole('button', { name: 'Maintain' }).click()
  await page.getByRole('menuitem', { name: 'Rewrite all files…' }).click()
  await expect(page.getByText('All, whatever their size')).toBeVisible()
  await page.getByRole('button', { name: 'Apply' }).click()
  await question.getByRole('button', { name: 'Apply' }).click()
  await expect(page.getByText('Same result')).toBeVisible({ timeout: 60_000 })
})

test('a policy of the namespace counts for its table, which says why nothing starts', async ({
  page,
  kept,
}) => {
  await page.goto('/maintenance/policies')
  await page.getByRole('button', { name: `Edit the policy of firn.${kept.space}`, exact: true }).click()
  const form = page.getByRole('dialog', { name: `Policy of firn.${kept.space}` })
  await form.getByRole('button', { name: 'Override: Merge small files' }).click()
  await form.getByRole('combobox', { name: 'Merge small files' }).click()
  await page.getByRole('option', { name: 'off' }).click()
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Policy saved')).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: kept.space }).first()).toContainText(
    'Merge small files: off',
  )

  await page.goto(`${kept.page}?tab=maintenance`)
  const field = page.locator('dl > div').filter({ hasText: 'Merge small files' })
  await expect(field).toContainText('off')
  await expect(field).toContainText(`namespace ${kept.space}`)
  await expect(page.locator('dl > div').filter({ hasText: 'Only started by people' })).toContainText(
    'this table',
  )

  const why = page
    .getByRole('listitem')
    .filter({ hasText: 'Last evaluated' })
    .filter({ hasText: 'Compaction' })
  await page.getByRole('button', { name: 'Evaluate now' }).click()
  await expect(why.getByText('not started: switched off, only people start it')).toBeVisible()
  await why.getByText('Compaction', { exact: true }).click()
  await expect(why.getByText('Switched off, has to be on')).toBeVisible()
  await expect(why.getByText(`Merge small files · namespace ${kept.space}`)).toBeVisible()
  await expect(why.getByText(/4 small files in the fullest partition, from 5 on/)).toBeVisible()
})
