import type { PartitionSpec } from '../iceberg/spec/partition-spec.ts'
import type { Schema } from '../iceberg/spec/schema.ts'

/** Where lines go that cannot be parsed or cast, with all that is needed to find, mend and replay them. */
export const errorTableSchema: Schema = {
  schemaId: 0,
  fields: [
    { id: 1, name: 'source', type: 'string', required: false, doc: 'Landing-zone file or topic' },
    { id: 2, name: 'partition', type: 'string', required: false, doc: 'Kafka partition; null for files' },
    {
      id: 3,
      name: 'position',
      type: 'long',
      required: true,
      doc: 'Line number, counted from 1, or Kafka offset',
    },
    { id: 4, name: 'raw', type: 'string', required: false, doc: 'The line, its first 64 KB' },
    { id: 5, name: 'error', type: 'string', required: false, doc: 'What was expected and what was found' },
    { id: 6, name: 'occurred_at', type: 'timestamptz', required: false, doc: 'When the batch was processed' },
    { id: 7, name: 'batch_id', type: 'string', required: false, doc: 'Batch that met the line' },
  ],
}

export const errorTablePartitionSpec: PartitionSpec = { specId: 0, fields: [] }
