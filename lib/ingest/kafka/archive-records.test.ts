import { expect, it } from 'vitest'
import { archiveLocation, isArchive } from './archive-records.ts'

it('knows its own files again, and no others of a landing zone', () => {
  const root = 's3://bucket/landing'
  const archived = archiveLocation(root, 'events.v1', { partition: 12, from: 0n, to: 2n ** 60n })
  expect(isArchive(root, archived)).toBe(true)
  expect(isArchive('s3://bucket/land', archived)).toBe(false)
  const others = ['archive/2025/events.jsonl.gz', 'archived/t/0/0-1.jsonl.gz', 'in/archive/t/0/0-1.jsonl.gz']
  expect(others.filter((name) => isArchive(root, `${root}/${name}`))).toEqual([])
})
