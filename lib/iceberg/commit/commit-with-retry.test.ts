import { beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../errors.ts'
import { appendFiles } from '../actions/append-files.ts'
import { planFiles } from '../scan/plan-files.ts'
import { MemoryCatalog } from '../test-support/memory-catalog.ts'
import { visits, visitsFile, visitsRequest } from '../test-support/sample-table.ts'
import { commitWithRetry } from './commit-with-retry.ts'

let catalog: MemoryCatalog
const append = (day: number) => appendFiles({ files: [visitsFile({ day, ids: [1n, 10n] })] })
const quick = { minWaitMs: 1, maxWaitMs: 2 }
const days = async () =>
  (await planFiles(await catalog.loadTable(visits))).map(({ file }) => Number(file.partition.day)).sort()

/** Manifests and manifest lists in the store that the current snapshot's history does not refer to. */
async function orphans(): Promise<string[]> {
  const { metadata } = await catalog.loadTable(visits)
  const lists = new Set(metadata.snapshots.map((snapshot) => snapshot.manifestList))
  const stored = [...catalog.io.files.keys()].filter((path) => path.endsWith('.avro'))
  return stored.filter((path) => path.includes('/snap-') && !lists.has(path))
}

beforeEach(async () => {
  catalog = new MemoryCatalog()
  await catalog.createTable(visits, visitsRequest)
})

describe('commitWithRetry', () => {
  it('starts again after a lost race, with the same snapshot id, and leaves nothing of the lost try', async () => {
    const seen = new Set<bigint>()
    let races = 0
    catalog.beforeSwap = async () => {
      if (races === 2) return
      races += 1
      const before = catalog.beforeSwap
      catalog.beforeSwap = undefined
      await commitWithRetry(catalog, visits, append(races))
      catalog.beforeSwap = before
    }
    const action = append(9)
    const outcome = await commitWithRetry(
      catalog,
      visits,
      (table, context) => {
        seen.add(context.snapshotId)
        return action(table, context)
      },
      quick,
    )
    expect(outcome.attempts).toBe(3)
    expect(seen.size).toBe(1)
    expect(outcome.snapshot.sequenceNumber).toBe(3n)
    expect(await days()).toEqual([1, 2, 9])
    expect(await orphans()).toEqual([])
  })

  it('finds a commit that landed although the answer was lost', async () => {
    catalog.afterSwap = async () => {
      catalog.afterSwap = undefined
      throw new AppError('commit-state-unknown', 'The answer was lost.')
    }
    const outcome = await commitWithRetry(catalog, visits, append(1), quick)
    expect(outcome.attempts).toBe(1)
    expect(await days()).toEqual([1])
    expect(await orphans()).toEqual([])
  })

  it('deletes nothing when the outcome stays unknown', async () => {
    catalog.beforeSwap = async () => {
      throw new AppError('commit-state-unknown', 'The connection was lost.')
    }
    await expect(commitWithRetry(catalog, visits, append(1), quick)).rejects.toMatchObject({
      code: 'commit-state-unknown',
    })
    expect(await orphans()).toHaveLength(1)
  })

  it('gives up after the last try and removes what it wrote', async () => {
    catalog.beforeSwap = async () => {
      throw new AppError('conflict', 'Another commit was first.', { retryable: true })
    }
    await expect(
      commitWithRetry(catalog, visits, append(1), { ...quick, maxAttempts: 3 }),
    ).rejects.toMatchObject({ code: 'conflict', context: { attempts: 3 } })
    expect([...catalog.io.files.keys()].filter((path) => path.endsWith('.avro'))).toEqual([])
  })

  it('does not try again what is not a lost race', async () => {
    let calls = 0
    const within = async () => {
      calls += 1
      throw new AppError('conflict', 'Committed by another worker.')
    }
    await expect(commitWithRetry(catalog, visits, append(1), { ...quick, within })).rejects.toThrow(
      'Committed by another worker.',
    )
    expect(calls).toBe(1)
    expect([...catalog.io.files.keys()].filter((path) => path.endsWith('.avro'))).toEqual([])
  })

  it('stops between tries when it is cancelled', async () => {
    const controller = new AbortController()
    catalog.beforeSwap = async () => {
      controller.abort()
      throw new AppError('conflict', 'Another commit was first.', { retryable: true })
    }
    await expect(
      commitWithRetry(catalog, visits, append(1), { ...quick, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'cancelled' })
  })
})
