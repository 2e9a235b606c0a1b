/** Ids of columns that are no columns of the table (spec: "Reserved Field IDs"). */

/** Position delete files: location of the data file, and position of the row in it. */
export const deletedFilePathId = 2147483546
export const deletedPositionId = 2147483545

/** Row lineage (format version 3). */
export const rowIdField = { id: 2147483540, name: '_row_id', type: 'long', required: false } as const
export const lastUpdatedField = {
  id: 2147483539,
  name: '_last_updated_sequence_number',
  type: 'long',
  required: false,
} as const
