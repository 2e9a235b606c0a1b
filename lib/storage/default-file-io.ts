import path from 'node:path'
import { env } from '#lib/env.ts'
import { createFileIO } from './create-file-io.ts'
import type { FileIO } from './file-io.ts'
import { parseLocation } from './location.ts'
import { tableFileIO } from './table-file-io.ts'

let opened: FileIO | undefined

/** The process's store, as the environment describes it. Local files are limited to the data folder and the two roots. */
export function fileIO(): FileIO {
  opened ??= openFromEnvironment()
  return opened
}

/** The files of another catalog's table: where its `config` gives keys by those, else the process's own store. */
export const foreignFileIO = (config: Readonly<Record<string, string>>): FileIO =>
  tableFileIO(config, fileIO(), commonOptions())

function commonOptions() {
  const settings = env()
  const roots = [settings.WAREHOUSE_LOCATION, settings.LANDING_LOCATION]
    .map(parseLocation)
    .flatMap((location) => (location.scheme === 'file' ? [location.path] : []))
  return {
    cacheDirectory: path.join(settings.dataDirectory, 'cache'),
    cacheBytes: settings.FILE_CACHE_BYTES,
    localRoots: [settings.dataDirectory, ...roots],
  }
}

function openFromEnvironment(): FileIO {
  const settings = env()
  return createFileIO({
    ...commonOptions(),
    s3: {
      endpoint: settings.S3_ENDPOINT,
      region: settings.S3_REGION,
      accessKeyId: settings.S3_ACCESS_KEY_ID,
      secretAccessKey: settings.S3_SECRET_ACCESS_KEY,
      forcePathStyle: settings.S3_FORCE_PATH_STYLE,
    },
  })
}
