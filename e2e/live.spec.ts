import { getTable, getTimeline, listSnapshots } from '#lib/api/catalogs.ts'
import { listRuns } from '#lib/api/runs.ts'
import { getSource, listSourceLedger, listSourcePartitions, listSources } from '#lib/api/sources.ts'
import { type Api, expect, silverApi, silverPage, test } from './harness/browser-test.ts'

// The first compaction comes after five commits of ten seconds.
test.setTimeout(120_000)

const appends = async (engineer: Api) => {
  const { items } = await engineer.get(`${silverApi}/snapshots?limit=200`, listSnapshots.response)
  return items.filter(({ operation }) => operation === 'append')
}

test('while events come in, a snapshot is committed about every ten seconds', async ({ engineer }) => {
  await expect.poll(async () => (await appends(engineer)).length, { timeout: 90_000 }).toBeGreaterThan(4)
  const times = (await appends(engineer)).slice(0, 4).map(({ committedAt }) => Date.parse(committedAt))
  const gaps = times.slice(1).map((time, index) => (times[index] ?? 0) - time)
  expect(Math.min(...gaps)).toBeGreaterThan(5_000)
  expect(Math.max(...gaps)).toBeLessThan(30_000)
})

test('compaction starts by itself after a commit, merges files and keeps every row', async ({ engineer }) => {
  const compactions = async () =>
    (await engineer.get('/api/v1/runs?kind=compaction&state=succeeded', listRuns.response)).items.filter(
      ({ trigger, table }) => trigger === 'commit' && table?.name === 'user_events_silver',
    )
  await expect.poll(async () => (await compactions()).length, { timeout: 110_000 }).toBeGreaterThan(0)
  const [run] = await compactions()
  expect(run?.requestedBy).toBe('firn')
  expect(Number(run?.after?.files)).toBeLessThan(Number(run?.before?.files))

  const { items } = await engineer.get(`${silverApi}/snapshots?limit=200`, listSnapshots.response)
  const replace = items.find(({ snapshotId }) => snapshotId === run?.after?.snapshotId)
  expect(replace).toMatchObject({ operation: 'replace', inHistory: true })
  expect(replace?.added.records).toBe(replace?.removed.records)
  expect(replace?.added.dataFiles).toBeLessThan(replace?.removed.dataFiles ?? 0)
  const parent = items.find(({ snapshotId }) => snapshotId === replace?.parentSnapshotId)
  expect(replace?.totals.records).toBe(parent?.totals.records)
})

test("the table's page shows compactions with files before and after, and moves on by itself", async ({
  page,
  engineer,
}) => {
  const timeline = () => engineer.get(`${silverApi}/timeline`, getTimeline.response)
  await expect
    .poll(async () => (await timeline()).compactions.length, { timeout: 110_000 })
    .toBeGreaterThan(0)
  await page.goto(silverPage)
  const list = page.getByRole('list', { name: 'Compactions' })
  // Another one may end between the two looks.
  await expect(async () => {
    const last = (await timeline()).compactions.at(-1)
    const shown = list.getByRole('listitem').first()
    await expect(shown.getByRole('link')).toHaveAttribute('href', `/runs/${last?.runId}`, { timeout: 5_000 })
    await expect(shown).toContainText(`Files${last?.before.files}${last?.after.files}`, { timeout: 1_000 })
  }).toPass({ timeout: 40_000 })

  const snapshots = page.getByRole('tab', { name: /^Snapshots/ })
  const shown = await snapshots.textContent()
  await expect(snapshots).not.toHaveText(shown ?? '', { timeout: 40_000 })
})

test('a compaction run has a page with before and after', async ({ page, engineer }) => {
  const { items } = await engineer.get('/api/v1/runs?kind=compaction&state=succeeded', listRuns.response)
  const run = items[0]
  await page.goto(`/runs/${run?.id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('user_events_silver')
  await expect(page.getByRole('main')).toContainText(String(run?.before?.files))
  await expect(page.getByRole('main')).toContainText(String(run?.after?.files))
})

test('the Kafka source commits its offsets, keeps up, and its ledger has no gaps', async ({
  page,
  engineer,
}) => {
  const { items } = await engineer.get('/api/v1/sources?kind=kafka', listSources.response)
  const id = items[0]?.id ?? ''
  const source = () => engineer.get(`/api/v1/sources/${id}`, getSource.response)
  // Between two reads as much waits as came in meanwhile; it must not pile up.
  await expect.poll(async () => (await source()).flow.lagRows ?? -1).toBeLessThan(500)
  const { state, problem, flow } = await source()
  expect({ state, problem, errorRows: flow.errorRows }).toEqual({
    state: 'active',
    problem: null,
    errorRows: 0,
  })

  const partitions = (await engineer.get(`/api/v1/sources/${id}/partitions`, listSourcePartitions.response))
    .items
  expect(partitions.map(({ name }) => name).sort()).toEqual(['0', '1'])

  const ledger = await engineer.get(`/api/v1/sources/${id}/ledger?limit=500`, listSourceLedger.response)
  expect(ledger.check).toMatchObject({ gaps: 0, overlaps: 0, findings: [] })
  const committed = ledger.items.filter(({ committedAt }) => committedAt !== null)
  expect(committed.length).toBeGreaterThan(0)
  expect(committed.every(({ snapshotIds }) => snapshotIds.length > 0)).toBe(true)
  for (const { name } of partitions) {
    const ranges = ledger.items
      .filter(({ partition }) => partition === name)
      .sort((one, other) => Number(BigInt(one.from) - BigInt(other.from)))
    for (const [index, range] of ranges.entries()) {
      expect(Number(BigInt(range.to) - BigInt(range.from))).toBe(range.rows)
      if (index > 0) expect(range.from).toBe(ranges[index - 1]?.to)
    }
  }

  await page.goto(`/sources/${id}`)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('recipe-events-kafka')
  await page.getByRole('tab', { name: /Ledger/ }).click()
  await expect(page.getByRole('row').nth(2)).toBeVisible()
})

test('rows in the table are the rows that the sources read and committed', async ({ engineer }) => {
  // Commits go on meanwhile: both sides are read until they speak of the same moment.
  await expect(async () => {
    const before = await engineer.get(silverApi, getTable.response)
    const { items } = await engineer.get('/api/v1/sources', listSources.response)
    const after = await engineer.get(silverApi, getTable.response)
    expect(after.currentSnapshotId).toBe(before.currentSnapshotId)
    const rows = items.reduce((sum, { flow }) => sum + flow.rows - flow.uncommittedRows, 0)
    expect(after.totals.records).toBe(rows)
  }).toPass({ timeout: 30_000 })
})

test("today's visitors grow while people come in, without a reload", async ({ page }) => {
  await page.goto('/analytics/visitors/hour')
  const visits = page.getByText('Visits', { exact: true }).first().locator('xpath=following-sibling::div[1]')
  await expect(visits).toContainText(/\d/)
  const shown = await visits.textContent()
  await expect(visits).not.toHaveText(shown ?? '', { timeout: 40_000 })
})
