/** What the catalog's lists may be sorted by. */
export const tableSorts = ['name', 'records', 'dataFiles', 'bytes', 'lastCommitAt'] as const
export type TableSort = (typeof tableSorts)[number]

export const partitionSorts = ['partition', 'rows', 'files', 'bytes', 'average', 'small', 'updated'] as const
export type PartitionSort = (typeof partitionSorts)[number]

export const fileSorts = ['sequence', 'path', 'rows', 'bytes'] as const
export type FileSort = (typeof fileSorts)[number]

/** Takes `-bytes` apart. The contract has checked the name. */
export function parseSort<Field extends string>(text: string): { field: Field; descending: boolean } {
  const descending = text.startsWith('-')
  return { field: (descending ? text.slice(1) : text) as Field, descending }
}
