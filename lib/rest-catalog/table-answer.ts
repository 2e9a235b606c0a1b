import { createHash } from 'node:crypto'
import { metadataJson } from '#lib/iceberg/catalog/metadata-file.ts'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { tableMetadataToJson } from '#lib/iceberg/spec/table-metadata-json.ts'
import { stringifyJson } from '#lib/json.ts'

/** All snapshots, or those that a branch or tag points to: a table with a long history is much smaller so. */
export type SnapshotMode = 'all' | 'refs'

/** The tag of what a caller gets to see of a metadata file. */
export const tableTag = (metadataLocation: string, mode: SnapshotMode = 'all'): string =>
  `"${createHash('sha256').update(`${mode} ${metadataLocation}`).digest('base64url')}"`

/** Whether an If-None-Match header names the tag (RFC 9110, 13.1.2: weakly compared, `*` is any). */
export const namesTag = (header: string | null, tag: string): boolean =>
  header?.split(',').some((one) => {
    const named = one.trim().replace(/^W\//, '')
    return named === '*' || named === tag
  }) ?? false

const textOf = (metadata: TableMetadata): string => stringifyJson(tableMetadataToJson(metadata))

function withReferredSnapshots(metadata: TableMetadata): TableMetadata {
  const referred = new Set(Object.values(metadata.refs).map(({ snapshotId }) => snapshotId))
  if (metadata.currentSnapshotId !== undefined) referred.add(metadata.currentSnapshotId)
  return {
    ...metadata,
    snapshots: metadata.snapshots.filter(({ snapshotId }) => referred.has(snapshotId)),
  }
}

/** LoadTableResult of the protocol: the metadata with its location and tag. */
export function tableAnswer(
  { metadata, metadataLocation }: { metadata: TableMetadata; metadataLocation: string },
  mode: SnapshotMode = 'all',
): Response {
  const text =
    mode === 'all' ? metadataJson(metadataLocation, metadata) : textOf(withReferredSnapshots(metadata))
  return answer(
    `{"metadata-location":${JSON.stringify(metadataLocation)},"metadata":${text},"config":{}}`,
    tableTag(metadataLocation, mode),
  )
}

/** Metadata of a table that is staged: there is no file of it yet. */
export const stagedTableAnswer = (metadata: TableMetadata): Response =>
  answer(`{"metadata":${textOf(metadata)},"config":{}}`)

const answer = (text: string, tag?: string): Response =>
  new Response(text, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      ...(tag === undefined ? {} : { etag: tag }),
    },
  })
