import { expect, it } from 'vitest'
import { partitionNames } from './partition-files.ts'

it('names partitions as people read their values, of every spec', () => {
  const nameOf = partitionNames({
    schemas: [
      {
        schemaId: 0,
        fields: [
          { id: 1, name: 'at', required: false, type: 'timestamptz' },
          { id: 2, name: 'day', required: false, type: 'date' },
          { id: 3, name: 'city', required: false, type: 'string' },
        ],
      },
    ],
    partitionSpecs: [
      { specId: 0, fields: [] },
      {
        specId: 1,
        fields: [
          { sourceId: 2, fieldId: 1000, name: 'day', transform: 'identity' },
          { sourceId: 3, fieldId: 1001, name: 'city', transform: 'identity' },
        ],
      },
      { specId: 2, fields: [{ sourceId: 1, fieldId: 1002, name: 'at_hour', transform: 'hour' }] },
    ],
  })
  expect(nameOf({ specId: 0, partition: {} })).toBe('(unpartitioned)')
  expect(nameOf({ specId: 1, partition: { day: 20_013, city: '서울' } })).toBe('day=2024-10-17/city=서울')
  expect(nameOf({ specId: 1, partition: { day: null, city: null } })).toBe('day=null/city=null')
  expect(nameOf({ specId: 2, partition: { at_hour: 480_313 } })).toBe('at_hour=2024-10-17-01')
})
