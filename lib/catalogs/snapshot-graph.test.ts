import { describe, expect, it } from 'vitest'
import type { SnapshotItem } from '#lib/api/catalog-schemas.ts'
import { snapshotGraph } from './snapshot-graph.ts'

/** Snapshots, newest first, as `id<parent@ref`; those with an exclamation mark are in the table's history. */
const layout = (...texts: string[]) => {
  const items = texts.map((text) => {
    const [, id, history, parent, ref] = /^(\w+)(!?)(?:<(\w+))?(?:@(\w+))?$/.exec(text) ?? []
    const refs = ref ? [ref] : []
    return {
      snapshotId: id,
      parentSnapshotId: parent ?? null,
      inHistory: history === '!',
      refs,
    } as SnapshotItem
  })
  const rows = snapshotGraph(items)
  return items.map(({ snapshotId }) => {
    const { lane, line, from, through, parent } = rows.get(snapshotId) ?? {}
    return `${snapshotId}: ${lane} from ${from} through ${through} ${parent}${line ? ` ${line}` : ''}`
  })
}

describe('the graph of snapshots', () => {
  it('is one line for a table without branches', () => {
    expect(layout('c!<b', 'b!<a', 'a!')).toEqual([
      'c: 0 from  through  below',
      'b: 0 from 0 through  below',
      'a: 0 from 0 through  none',
    ])
  })

  it('keeps lane 0 for the history, also where a branch has the newest snapshot', () => {
    expect(layout('y<x', 'd!<b', 'x<b', 'b!<a', 'a!<expired')).toEqual([
      'y: 1 from  through  below',
      'd: 0 from  through 1 below',
      'x: 1 from 1 through 0 below',
      'b: 0 from 0,1 through  below',
      'a: 0 from 0 through  gone',
    ])
  })

  it('calls each line by the branch or tag above, until another one takes over', () => {
    expect(
      layout('f<e@audit', 'd!<c@main', 's<c', 'e<b', 'y<x@try', 'x<b@old', 'c!<b', 'b!<a@eod', 'a!'),
    ).toEqual([
      'f: 1 from  through  below audit',
      'd: 0 from  through 1 below',
      's: 2 from  through 0,1 below',
      'e: 1 from 1 through 0,2 below audit',
      'y: 3 from  through 0,1,2 below try',
      'x: 3 from 3 through 0,1,2 below old',
      'c: 0 from 0,2 through 1,3 below',
      'b: 0 from 0,1,3 through  below',
      'a: 0 from 0 through  none',
    ])
  })

  it('uses a lane again once its line has ended, and another one beside it', () => {
    expect(layout('e!<d', 's3<d', 'd!<c', 's2<b', 's1<b', 'c!<b', 'b!')).toEqual([
      'e: 0 from  through  below',
      's3: 1 from  through 0 below',
      'd: 0 from 0,1 through  below',
      's2: 1 from  through 0 below',
      's1: 2 from  through 0,1 below',
      'c: 0 from 0 through 1,2 below',
      'b: 0 from 0,1,2 through  none',
    ])
  })

  it('ends lines that cannot be drawn: parents that are above or go in a circle', () => {
    expect(layout('a!', 'b<a', 'x<y', 'y<x')).toEqual([
      'a: 0 from  through  none',
      'b: 1 from  through  gone',
      'x: 1 from  through  below',
      'y: 1 from 1 through  gone',
    ])
  })

  it('takes ten thousand snapshots, each second one staged, in well under a second', () => {
    const texts = Array.from({ length: 5_000 }, (_, index) => 5_000 - index).flatMap((n) => [
      `m${n}!${n > 1 ? `<m${n - 1}` : ''}`,
      ...(n > 1 ? [`s${n}<m${n - 1}`] : []),
    ])
    const started = performance.now()
    expect(layout(...texts)).toHaveLength(9_999)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
