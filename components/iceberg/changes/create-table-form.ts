import { z } from 'zod'

/** Transforms a column can be partitioned by; those with a number need one. */
export const transforms = ['identity', 'year', 'month', 'day', 'hour', 'bucket', 'truncate'] as const
export type TransformName = (typeof transforms)[number]

export const needsWidth = (transform: TransformName): boolean =>
  transform === 'bucket' || transform === 'truncate'

/** Types to choose from; others can be typed: `decimal(9,2)`, `list<int>`, `struct<name: string>`. */
export const commonTypes = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'decimal(18,2)',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'string',
  'uuid',
  'binary',
  'fixed[16]',
  'list<string>',
  'map<string, string>',
  'struct<name: string>',
]

/** Types of format version 3. */
export const version3Types = ['timestamp_ns', 'timestamptz_ns', 'variant', 'geometry', 'geography', 'unknown']

interface Words {
  nameError: string
  columnError: string
  partitionError: string
  typeError: string
  widthError: string
}

/** The form's values: numbers are text as they are typed. */
export const tableFormSchema = (words: Words) =>
  z.object({
    name: z.string().trim().min(1, words.nameError).max(255),
    formatVersion: z.enum(['2', '3']),
    columns: z.array(
      z.object({
        name: z.string().trim().min(1, words.columnError).max(255),
        type: z.string().trim().min(1, words.typeError),
        required: z.boolean(),
        doc: z.string().trim(),
      }),
    ),
    partitionBy: z.array(
      z
        .object({
          column: z.string().min(1, words.partitionError),
          transform: z.enum(transforms),
          width: z.string().trim(),
        })
        .refine(({ transform, width }) => !needsWidth(transform) || /^[1-9]\d{0,8}$/.test(width), {
          path: ['width'],
          message: words.widthError,
        }),
    ),
  })
export type TableForm = z.infer<ReturnType<typeof tableFormSchema>>

/** A table to begin with: one column, so that it shows what belongs there. */
export const emptyTable: TableForm = {
  name: '',
  formatVersion: '2',
  columns: [{ name: 'id', type: 'long', required: true, doc: '' }],
  partitionBy: [],
}

/** What the API is asked for. */
export const newTableOf = ({ name, formatVersion, columns, partitionBy }: TableForm) => ({
  name,
  formatVersion: Number(formatVersion),
  columns: columns.map(({ doc, ...column }) => (doc === '' ? column : { ...column, doc })),
  partitionBy: partitionBy.map(({ column, transform, width }) => ({
    column,
    transform: needsWidth(transform) ? `${transform}[${width}]` : transform,
  })),
})
