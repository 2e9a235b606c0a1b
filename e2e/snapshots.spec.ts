import type { Page } from '@playwright/test'
import { getTable, listSnapshots } from '#lib/api/catalogs.ts'
import { compareSnapshots } from '#lib/api/compare.ts'
import { listReferences } from '#lib/api/snapshots.ts'
import { type Api, test as base, expect, silverApi } from './harness/browser-test.ts'

const iceberg = '/iceberg/v1/firn'
let made = 0

interface Lab {
  api: string
  page: string
}

/** A table of its own with the snapshots and rows of the silver one, whose files it shares. */
const test = base.extend<{ lab: Lab }>({
  lab: async ({ engineer }, use) => {
    made += 1
    const name = `events_${process.pid}_${made}`
    await engineer.call('POST', `${iceberg}/namespaces`, { namespace: ['snapshot_lab'] })
    const silver = await engineer.get(silverApi, getTable.response)
    const { status, body } = await engineer.call('POST', `${iceberg}/namespaces/snapshot_lab/register`, {
      name,
      'metadata-location': silver.metadataLocation,
    })
    expect(status, JSON.stringify(body)).toBe(200)
    // The autopilot would move the table between a look at it and the click.
    await engineer.call('POST', `${iceberg}/namespaces/snapshot_lab/tables/${name}`, {
      requirements: [],
      updates: [{ action: 'set-properties', updates: { 'firn.compaction.enabled': 'false' } }],
    })
    await use({
      api: `/api/v1/catalogs/firn/namespaces/snapshot_lab/tables/${name}`,
      page: `/catalogs/firn/snapshot_lab/${name}`,
    })
    await engineer.call('DELETE', `${iceberg}/namespaces/snapshot_lab/tables/${name}`)
  },
})

/** The newest snapshots in the table's history. */
async function history(engineer: Api, lab: Lab) {
  const { items } = await engineer.get(`${lab.api}/snapshots?limit=20`, listSnapshots.response)
  const found = items.filter(({ inHistory }) => inHistory)
  expect(found.length).toBeGreaterThan(2)
  return found
}

const openMenu = (page: Page, id: string) =>
  page.getByRole('button', { name: `Actions on snapshot ${id}` }).click()

test('a rollback says what disappears, is done, and undone', async ({ page, engineer, lab }) => {
  const [newest, , target] = await history(engineer, lab)
  const id = target?.snapshotId ?? ''
  const current = async () => (await engineer.get(lab.api, getTable.response)).currentSnapshotId
  await page.goto(`${lab.page}?tab=snapshots`)
  await openMenu(page, id)
  await page.getByRole('menuitem', { name: 'Roll back to here' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('2 snapshots leave the table')).toBeVisible()
  await expect(dialog.getByText(/Rows in the table: [\d,]+ now, [\d,]+ afterwards/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await expect(page.getByText(`The table is at snapshot ${id} now`)).toBeVisible()
  expect(await current()).toBe(id)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText(`back at snapshot ${newest?.snapshotId}`)).toBeVisible()
  expect(await current()).toBe(newest?.snapshotId)
})

test('a rollback that was decided on an older state is refused, with new numbers', async ({
  page,
  engineer,
  lab,
}) => {
  const [newest, second, third] = await history(engineer, lab)
  await page.goto(`${lab.page}?tab=snapshots`)
  await openMenu(page, third?.snapshotId ?? '')
  await page.getByRole('menuitem', { name: 'Roll back to here' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByText('2 snapshots leave the table')).toBeVisible()
  const moved = await engineer.call('POST', `${lab.api}/snapshots/${second?.snapshotId}/rollback`, {
    expectedSnapshotId: newest?.snapshotId,
  })
  expect(moved.status).toBe(200)
  await dialog.getByRole('button', { name: 'Roll back' }).click()
  await expect(dialog.getByRole('alert')).toContainText('has moved since you looked')
  await expect(dialog.getByText('1 snapshot leaves the table')).toBeVisible()
})

test('a tag and a branch are made with retention, compared, kept longer and dropped', async ({
  page,
  engineer,
  lab,
}) => {
  const [, second] = await history(engineer, lab)
  const refs = async () => (await engineer.get(`${lab.api}/refs`, listReferences.response)).items
  await page.goto(`${lab.page}?tab=snapshots`)
  const make = async (kind: 'Tag' | 'Branch', name: string) => {
    await openMenu(page, second?.snapshotId ?? '')
    await page.getByRole('menuitem', { name: 'Make a branch or tag here' }).click()
    await page.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByRole('option', { name: kind }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('textbox', { name: /^Keep it for/ }).fill('30')
    if (kind === 'Branch') await page.getByRole('textbox', { name: /^Keep at least/ }).fill('3')
    await page.getByRole('button', { name: 'Make it' }).click()
    await expect(page.getByText(`${name} is made`)).toBeVisible()
  }
  await make('Tag', 'eod-july')
  await make('Branch', 'audit/july')
  const month = 30 * 86_400_000
  expect((await refs()).slice(1)).toMatchObject([
    { name: 'audit/july', type: 'branch', maxRefAgeMs: month, minSnapshotsToKeep: 3, behind: 1 },
    { name: 'eod-july', type: 'tag', maxRefAgeMs: month, snapshotId: second?.snapshotId },
  ])

  await page.getByRole('button', { name: 'Actions on audit/july' }).click()
  await page.getByRole('menuitem', { name: 'Move audit/july forward to main' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Move forward' }).click()
  await expect(page.getByText('audit/july is at snapshot')).toBeVisible()
  expect((await refs())[1]).toMatchObject({ name: 'audit/july', behind: 0 })

  await page.getByRole('button', { name: 'Actions on eod-july' }).click()
  await page.getByRole('menuitem', { name: 'Compare with main' }).click()
  await expect(page).toHaveURL(/compare=ref/)
  await expect(page.getByText(/Back in time/)).toBeVisible()
  await page.getByRole('button', { name: 'All snapshots' }).click()

  await page.getByRole('button', { name: 'Actions on eod-july' }).click()
  await page.getByRole('menuitem', { name: 'Drop eod-july' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Drop' }).click()
  await expect(page.getByText('eod-july is dropped')).toBeVisible()
  expect((await refs()).map(({ name }) => name)).toEqual(['main', 'audit/july'])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(page.getByText('eod-july is made').last()).toBeVisible()
  expect((await refs()).at(-1)).toMatchObject({ name: 'eod-july', maxRefAgeMs: month })
})

test('a tag that is there is moved, from where it is shown to be', async ({ page, engineer, lab }) => {
  const [newest, second] = await history(engineer, lab)
  const at = second?.snapshotId ?? ''
  const tag = { name: 'eod', type: 'tag', maxRefAgeMs: 86_400_000 }
  await engineer.call('POST', `${lab.api}/refs`, { ...tag, snapshotId: at, expectedSnapshotId: null })
  await page.goto(`${lab.page}?tab=snapshots`)
  await openMenu(page, newest?.snapshotId ?? '')
  await page.getByRole('menuitem', { name: 'Make a branch or tag here' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('eod')
  await expect(page.getByText(`"eod" is a tag already, at snapshot ${at}.`)).toBeVisible()
  await page.getByRole('button', { name: 'Move it here' }).click()
  await expect(page.getByText('eod is moved')).toBeVisible()
  const { items } = await engineer.get(`${lab.api}/refs`, listReferences.response)
  expect(items.at(-1)).toMatchObject({ ...tag, snapshotId: newest?.snapshotId })
})

test('the first rows are shown with their types, at any snapshot', async ({ page, engineer, lab }) => {
  const all = await history(engineer, lab)
  const oldest = all.at(-1)
  await page.goto(`${lab.page}?tab=preview`)
  const rows = page.getByRole('region', { name: 'First rows' })
  const grid = rows.getByRole('table')
  await expect(grid).toHaveAttribute('aria-rowcount', '101')
  // Only what is in view is drawn, and the rest when it comes into view.
  expect(await rows.getByRole('row').count()).toBeLessThan(60)
  await rows.focus()
  await page.keyboard.press('End')
  await expect(rows.getByRole('button', { name: 'Open row 100', exact: true })).toBeVisible()
  await page.keyboard.press('Home')
  await expect(rows.getByRole('columnheader', { name: 'utc_timestamp timestamptz' })).toBeVisible()
  await rows.getByRole('button', { name: 'Open row 2', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Row 2' })
  await expect(dialog.getByText('prop_recipe_id')).toBeVisible()
  await dialog.getByRole('button', { name: 'Next row' }).click()
  await expect(page.getByRole('dialog', { name: 'Row 3' })).toBeVisible()
  await page.keyboard.press('Escape')

  await page.goto(`${lab.page}?tab=preview&at=${oldest?.snapshotId}`)
  await expect(page.getByText(/(First|All) [\d,]+ rows?, from/)).toBeVisible()
  await page.goto(`${lab.page}?tab=preview&at=ref:nowhere`)
  await expect(page.getByRole('alert').filter({ hasText: 'no branch or tag "nowhere"' })).toBeVisible()
})

test('two snapshots are compared from a link', async ({ page, engineer, lab }) => {
  const all = await history(engineer, lab)
  const [to, from] = [all[0], all.at(-1)]
  const comparison = await engineer.get(
    `${lab.api}/compare?from=${from?.snapshotId}&to=${to?.snapshotId}`,
    compareSnapshots.response,
  )
  await page.goto(`${lab.page}?tab=snapshots&compare=${from?.snapshotId}..${to?.snapshotId}`)
  const number = (value: number) => value.toLocaleString('en-US')
  await expect(page.getByText(`+${number(comparison.added.records)}`).first()).toBeVisible()
  await expect(page.getByText(`to the second`)).toBeVisible()
  await expect(
    page
      .getByRole('cell', { name: 'total-records' })
      .or(page.getByRole('rowheader', { name: 'total-records' })),
  ).toBeVisible()
  await page.getByRole('button', { name: 'Swap' }).click()
  await expect(page).toHaveURL(new RegExp(`compare=${to?.snapshotId}..${from?.snapshotId}`))
  await expect(page.getByText(`−${number(comparison.added.records)}`).first()).toBeVisible()
})

test('who may only look gets no changes', async ({ engineer, lab, addPerson, newVisitor }) => {
  const [, second] = await history(engineer, lab)
  const { link } = await addPerson('viewer')
  const viewer = await newVisitor()
  await viewer.goto(link)
  await viewer.goto(`${lab.page}?tab=snapshots`)
  await openMenu(viewer, second?.snapshotId ?? '')
  await expect(viewer.getByRole('menuitem', { name: 'Show the first rows' })).toBeVisible()
  await expect(viewer.getByRole('menuitem', { name: 'Roll back to here' })).toHaveCount(0)
})
