import { randomBytes } from 'node:crypto'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import type { S3Options } from '#lib/storage/s3-file-io.ts'
import { askServer } from './ask-server.ts'

export interface TestBucket {
  /** For `createFileIO({s3, …})`. */
  s3: S3Options & { endpoint: string; accessKeyId: string; secretAccessKey: string }
  bucket: string
  /** `s3://<bucket>` */
  location: string
}

/** A new, empty bucket on the run's S3 server, which starts when the first file asks. */
export async function useS3(): Promise<TestBucket> {
  const server = await askServer('s3')
  const bucket = `test-${randomBytes(6).toString('hex')}`
  const s3 = { ...server, region: 'us-east-1', forcePathStyle: true }
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKeyId, secretAccessKey: s3.secretAccessKey },
  })
  await client.send(new CreateBucketCommand({ Bucket: bucket }))
  client.destroy()
  return { s3, bucket, location: `s3://${bucket}` }
}
