import { z } from 'zod'
import { Int64Json, TextMapJson } from './json.ts'
import type { EncryptedKey, PartitionStatisticsFile, StatisticsFile } from './statistics-file.ts'

/** Statistics files and encryption keys in JSON (spec, appendix C). */

export const StatisticsFileJson = z
  .object({
    'snapshot-id': Int64Json,
    'statistics-path': z.string(),
    'file-size-in-bytes': Int64Json,
    'file-footer-size-in-bytes': Int64Json,
    'key-metadata': z.string().nullish(),
    'blob-metadata': z.array(
      z.object({
        type: z.string(),
        'snapshot-id': Int64Json,
        'sequence-number': Int64Json,
        fields: z.array(z.int()),
        properties: TextMapJson.nullish(),
      }),
    ),
  })
  .transform(
    (json): StatisticsFile => ({
      snapshotId: json['snapshot-id'],
      statisticsPath: json['statistics-path'],
      fileSizeInBytes: json['file-size-in-bytes'],
      fileFooterSizeInBytes: json['file-footer-size-in-bytes'],
      ...(json['key-metadata'] ? { keyMetadata: json['key-metadata'] } : {}),
      blobMetadata: json['blob-metadata'].map((blob) => ({
        type: blob.type,
        snapshotId: blob['snapshot-id'],
        sequenceNumber: blob['sequence-number'],
        fields: blob.fields,
        ...(blob.properties ? { properties: blob.properties } : {}),
      })),
    }),
  )

export const statisticsFileToJson = (file: StatisticsFile): Record<string, unknown> => ({
  'snapshot-id': file.snapshotId,
  'statistics-path': file.statisticsPath,
  'file-size-in-bytes': file.fileSizeInBytes,
  'file-footer-size-in-bytes': file.fileFooterSizeInBytes,
  'key-metadata': file.keyMetadata,
  'blob-metadata': file.blobMetadata.map((blob) => ({
    type: blob.type,
    'snapshot-id': blob.snapshotId,
    'sequence-number': blob.sequenceNumber,
    fields: blob.fields,
    properties: blob.properties,
  })),
})

export const PartitionStatisticsFileJson = z
  .object({
    'snapshot-id': Int64Json,
    'statistics-path': z.string(),
    'file-size-in-bytes': Int64Json,
  })
  .transform(
    (json): PartitionStatisticsFile => ({
      snapshotId: json['snapshot-id'],
      statisticsPath: json['statistics-path'],
      fileSizeInBytes: json['file-size-in-bytes'],
    }),
  )

export const partitionStatisticsFileToJson = (file: PartitionStatisticsFile): Record<string, unknown> => ({
  'snapshot-id': file.snapshotId,
  'statistics-path': file.statisticsPath,
  'file-size-in-bytes': file.fileSizeInBytes,
})

export const EncryptedKeyJson = z
  .object({
    'key-id': z.string().min(1),
    'encrypted-key-metadata': z.string(),
    'encrypted-by-id': z.string().nullish(),
    properties: TextMapJson.nullish(),
  })
  .transform(
    (json): EncryptedKey => ({
      keyId: json['key-id'],
      encryptedKeyMetadata: json['encrypted-key-metadata'],
      ...(json['encrypted-by-id'] ? { encryptedById: json['encrypted-by-id'] } : {}),
      ...(json.properties ? { properties: json.properties } : {}),
    }),
  )

export const encryptedKeyToJson = (key: EncryptedKey): Record<string, unknown> => ({
  'key-id': key.keyId,
  'encrypted-key-metadata': key.encryptedKeyMetadata,
  'encrypted-by-id': key.encryptedById,
  properties: key.properties,
})
