import { createReadStream, createWriteStream } from 'node:fs'
import { readFile, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { AppError } from '#lib/errors.ts'
import { eachLimited } from './each-limited.ts'
import type { FileIO, FileStat, FinishedFile } from './file-io.ts'
import { localFileError } from './local-file-error.ts'
import { formatLocation, parseLocation } from './location.ts'
import { RemoteFileCache } from './remote-file-cache.ts'
import { attemptsOf, isS3Missing, isS3PreconditionFailed, s3Error } from './s3-error.ts'

export interface S3Options {
  /** Of another server than AWS. */
  endpoint?: string
  region: string
  /** Without keys the usual AWS credential chain is asked. */
  accessKeyId?: string
  secretAccessKey?: string
  /** Of temporary keys. */
  sessionToken?: string
  forcePathStyle: boolean
}

export interface S3FileIOOptions {
  s3?: S3Options
  cacheDirectory: string
  cacheBytes: number
}

/** Above this a body goes up in parts, several at a time. */
const partBytes = 16 * 2 ** 20
const partsAtATime = 4
const uploadsAtATime = 16
/** As many as one DeleteObjects request takes. */
const deleteBatch = 1000
const largestRead = 2 ** 31 - 1

/** Objects of any S3 API. */
export class S3FileIO implements FileIO {
  private readonly client: S3Client
  private readonly cache: RemoteFileCache
  private readonly endpoint: string

  constructor({ s3 = { region: 'us-east-1', forcePathStyle: false }, ...options }: S3FileIOOptions) {
    this.endpoint = s3.endpoint ?? `AWS S3 (${s3.region})`
    this.client = new S3Client({
      region: s3.region,
      endpoint: s3.endpoint,
      forcePathStyle: s3.forcePathStyle,
      credentials:
        s3.accessKeyId && s3.secretAccessKey
          ? {
              accessKeyId: s3.accessKeyId,
              secretAccessKey: s3.secretAccessKey,
              ...(s3.sessionToken ? { sessionToken: s3.sessionToken } : {}),
            }
          : undefined,
      maxAttempts: 4,
      // Most other servers know nothing of the newer checksum trailers.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: 5_000, requestTimeout: 120_000, httpsAgent: { maxSockets: 64 } },
    })
    this.cache = new RemoteFileCache({
      directory: options.cacheDirectory,
      bytes: options.cacheBytes,
      download: (location, localPath) => this.download(location, localPath),
    })
  }

  private objectOf(location: string): { Bucket: string; Key: string } {
    const parsed = parseLocation(location)
    if (parsed.scheme !== 's3') throw new AppError('bad-input', `Not an S3 location: ${location}`)
    return { Bucket: parsed.bucket, Key: parsed.key }
  }

  private async translated<T>(action: string, location: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      throw s3Error(error, { action, location, endpoint: this.endpoint })
    }
  }

  async read(location: string, range?: { offset: number; length: number }): Promise<Buffer> {
    const chunks: Buffer[] = []
    let size = 0
    const stream = await this.readStream(location, range)
    return this.translated('read', location, async () => {
      for await (const chunk of stream) {
        size += (chunk as Buffer).length
        if (size > largestRead) {
          throw new AppError(
            'too-large',
            `${location} is too large for one piece; read it as a stream or in ranges.`,
          )
        }
        chunks.push(chunk as Buffer)
      }
      return Buffer.concat(chunks)
    })
  }

  async readStream(location: string, range?: { offset: number; length?: number }): Promise<Readable> {
    const object = this.objectOf(location)
    if (range?.length === 0) return Readable.from([])
    return this.translated('read', location, async () => {
      const last = range?.length === undefined ? '' : range.offset + range.length - 1
      try {
        const { Body } = await this.client.send(
          new GetObjectCommand({
            ...object,
            Range: range && (range.offset > 0 || last !== '') ? `bytes=${range.offset}-${last}` : undefined,
          }),
        )
        return Body instanceof Readable ? Body : Readable.from([])
      } catch (error) {
        // A range that begins at or after the end is empty, as with a local file.
        if ((error as { name?: string }).name === 'InvalidRange') return Readable.from([])
        throw error
      }
    })
  }

  async write(
    location: string,
    body: Uint8Array | Readable,
    { ifAbsent = false }: { ifAbsent?: boolean } = {},
  ): Promise<FileStat> {
    const object = this.objectOf(location)
    const condition = ifAbsent ? { IfNoneMatch: '*' } : {}
    return this.translated('write', location, async () => {
      if (body instanceof Uint8Array && body.length <= partBytes) {
        await this.put(location, { ...object, ...condition, Body: body })
      } else {
        await this.upload({ ...object, ...condition, Body: body })
      }
      return this.statOf(location)
    })
  }

  private async put(
    location: string,
    input: { Bucket: string; Key: string; IfNoneMatch?: string; Body: Uint8Array },
  ): Promise<void> {
    try {
      await this.client.send(new PutObjectCommand(input))
    } catch (error) {
      // An answer that was lost makes the client send again and find its own object: that is a success.
      const mayBeOurs = isS3PreconditionFailed(error) && attemptsOf(error) > 1
      if (mayBeOurs && (await this.read(location)).equals(input.Body)) return
      throw error
    }
  }

  private async upload(params: {
    Bucket: string
    Key: string
    IfNoneMatch?: string
    Body: Uint8Array | Readable
  }): Promise<void> {
    await new Upload({ client: this.client, params, partSize: partBytes, queueSize: partsAtATime }).done()
  }

  async stat(location: string): Promise<FileStat | null> {
    const object = this.objectOf(location)
    return this.translated('stat', location, async () => {
      try {
        const found = await this.client.send(new HeadObjectCommand(object))
        return {
          location: formatLocation(parseLocation(location)),
          size: found.ContentLength ?? 0,
          lastModified: found.LastModified ?? new Date(0),
          etag: found.ETag ?? '',
        }
      } catch (error) {
        if (isS3Missing(error)) return null
        throw error
      }
    })
  }

  private async statOf(location: string): Promise<FileStat> {
    const found = await this.stat(location)
    if (found) return found
    throw new AppError('unavailable', `${location} was written, yet ${this.endpoint} does not have it.`, {
      retryable: true,
    })
  }

  async *list(prefix: string, { startAfter }: { startAfter?: string } = {}): AsyncIterable<FileStat> {
    const { Bucket, Key } = this.objectOf(prefix)
    const folder = Key === '' || Key.endsWith('/') ? Key : `${Key}/`
    const after = startAfter === undefined ? undefined : this.objectOf(startAfter).Key
    let token: string | undefined
    do {
      const page = await this.translated('list', prefix, () =>
        this.client.send(
          new ListObjectsV2Command({
            Bucket,
            Prefix: folder,
            ...(token === undefined ? { StartAfter: after } : { ContinuationToken: token }),
          }),
        ),
      )
      for (const object of page.Contents ?? []) {
        // Consoles make empty objects that stand for folders.
        if (object.Key === undefined || object.Key.endsWith('/')) continue
        yield {
          location: formatLocation({ scheme: 's3', bucket: Bucket, key: object.Key }),
          size: object.Size ?? 0,
          lastModified: object.LastModified ?? new Date(0),
          etag: object.ETag ?? '',
        }
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  async delete(locations: readonly string[]): Promise<void> {
    const buckets = Map.groupBy(
      locations.map((location) => this.objectOf(location)),
      ({ Bucket }) => Bucket,
    )
    for (const [Bucket, objects] of buckets) {
      for (let start = 0; start < objects.length; start += deleteBatch) {
        const batch = objects.slice(start, start + deleteBatch)
        const place = formatLocation({ scheme: 's3', bucket: Bucket, key: batch[0]?.Key ?? '' })
        await this.translated('delete', place, async () => {
          const { Errors = [] } = await this.client.send(
            new DeleteObjectsCommand({
              Bucket,
              Delete: { Objects: batch.map(({ Key }) => ({ Key })), Quiet: true },
            }),
          )
          const failed = Errors.find((error) => error.Code !== 'NoSuchKey')
          if (failed) throw Object.assign(new Error(failed.Message ?? 'refused'), { name: failed.Code })
        })
      }
    }
  }

  async localize(locations: readonly string[]): Promise<string[]> {
    return this.cache.get(locations.map((location) => formatLocation(parseLocation(location))))
  }

  private async download(location: string, localPath: string): Promise<void> {
    const stream = await this.readStream(location)
    await pipeline(stream, createWriteStream(localPath)).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall === 'write' || error.syscall === 'open') throw error
      throw s3Error(error, { action: 'read', location, endpoint: this.endpoint })
    })
  }

  async publish(files: readonly FinishedFile[]): Promise<void> {
    await eachLimited(files, uploadsAtATime, async ({ localPath, location }) => {
      let size: number
      try {
        size = (await stat(localPath)).size
      } catch (error) {
        throw await localFileError('read', localPath, error)
      }
      await this.write(location, size <= partBytes ? await readFile(localPath) : createReadStream(localPath))
      await rm(localPath, { force: true })
    })
  }
}
