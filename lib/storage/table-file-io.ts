import { createHash } from 'node:crypto'
import path from 'node:path'
import { LRUCache } from 'lru-cache'
import { createFileIO, type FileIOOptions } from './create-file-io.ts'
import type { FileIO } from './file-io.ts'
import type { S3Options } from './s3-file-io.ts'

/**
 * The store that a catalog's `config` describes (`s3.*` and `client.region`, as the Iceberg REST protocol names them);
 * undefined where it gives no keys, so that our own are never used at an address that somebody else chose.
 */
export function s3OptionsOf(config: Readonly<Record<string, string>>): S3Options | undefined {
  const { 's3.access-key-id': accessKeyId, 's3.secret-access-key': secretAccessKey } = config
  if (!accessKeyId || !secretAccessKey) return undefined
  const endpoint = config['s3.endpoint'] || undefined
  const sessionToken = config['s3.session-token'] || undefined
  const pathStyle = config['s3.path-style-access']
  return {
    region: config['client.region'] || config['s3.region'] || 'us-east-1',
    accessKeyId,
    secretAccessKey,
    forcePathStyle: pathStyle ? pathStyle === 'true' : endpoint !== undefined,
    ...(endpoint ? { endpoint } : {}),
    ...(sessionToken ? { sessionToken } : {}),
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Clients keep connections, so that tables with the same keys share one. */
const opened = new LRUCache<string, FileIO>({ max: 100 })

/**
 * The files of another catalog's table: by the keys that `config` gives, else through `own`.
 * @param options of our own store: copies of remote files go below its cache folder, apart for each S3 server, since the
 *   same bucket name may be another bucket there
 */
export function tableFileIO(
  config: Readonly<Record<string, string>>,
  own: FileIO,
  options: Omit<FileIOOptions, 's3'>,
): FileIO {
  const s3 = s3OptionsOf(config)
  if (!s3) return own
  const key = hash(JSON.stringify([s3, options]))
  const known = opened.get(key)
  if (known) return known
  const server = hash(s3.endpoint ?? 'aws').slice(0, 16)
  const cacheDirectory = path.join(options.cacheDirectory, `s3-${server}`)
  const io = createFileIO({ ...options, s3, cacheDirectory })
  opened.set(key, io)
  return io
}
