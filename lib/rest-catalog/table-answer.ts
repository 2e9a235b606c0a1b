import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { TableMetadata } from '#lib/iceberg/spec/table-metadata.ts'
import { tableMetadataToJson } from '#lib/iceberg/spec/table-metadata-json.ts'
import { stringifyJson } from '#lib/json.ts'

/** All snapshots, or those that a branch or tag points to: a table with a long history is much smaller so. */
export type SnapshotMode = 'all' | 'refs'

/** Metadata as text, by its tag: files never change. In characters. */
const texts = new LRUCache<string, string>({
  maxSize: 32_000_000,
  sizeCalculation: (text) => text.length + 1,
})

/** The tag of what a caller gets to see of a metadata file. */
export const tableTag = (metadataLocation: string, mode: SnapshotMode = 'all'): string =>
  `"${createHash('sha256').update(`${mode} ${metadataLocation}`).digest('base64url')}"`

/** Whether an If-None-Match header names the tag (RFC 9110, 13.1.2: weakly compared, `*` is any). */
export const namesTag = (header: string | null, tag: string): boolean =>
  header?.split(',').some((one) => {
    const named = one.trim().replace(/^W\//, '')
    return named === '*' || named === tag
  }) ?? false

function withReferredSnapshots(metadata: TableMetadata): TableMetadata {
  const referred = new Set(Object.values(metadata.refs).map(({ snapshotId }) => snapshotId))
  if (metadata.currentSnapshotId !== undefined) referred.add(metadata.currentSnapshotId)
  return {
    ...metadata,
    snapshots: metadata.snapshots.filter(({ snapshotId }) => referred.has(snapshotId)),
  }
}

const textOf = (metadata: TableMetadata, mode: SnapshotMode): string =>
  stringifyJson(tableMetadataToJson(mode === 'refs' ? withReferredSnapshots(metadata) : metadata))

/** LoadTableResult of the protocol: the metadata with its location and tag. */
export function tableAnswer(
  table: { metadata: TableMetadata; metadataLocation: string },
  mode: SnapshotMode = 'all',
): Response {
  const tag = tableTag(table.metadataLocation, mode)
  let text = texts.get(tag)
  if (text === undefined) {
    text = textOf(table.metadata, mode)
    texts.set(tag, text)
  }
  return answer(
    `{"metadata-location":${JSON.stringify(table.metadataLocation)},"metadata":${text},"config":{}}`,
    tag,
  )
}

/** Metadata of a table that is staged: there is no file of it yet. */
export const stagedTableAnswer = (metadata: TableMetadata): Response =>
  answer(`{"metadata":${textOf(metadata, 'all')},"config":{}}`)

const answer = (text: string, tag?: string): Response =>
  new Response(text, {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'private, no-cache',
      ...(tag === undefined ? {} : { etag: tag }),
    },
  })
