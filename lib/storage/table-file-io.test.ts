import { describe, expect, it } from 'vitest'
import { MemoryFileIO } from '../iceberg/test-support/memory-file-io.ts'
import { s3OptionsOf, tableFileIO } from './table-file-io.ts'

const keys = { 's3.access-key-id': 'key', 's3.secret-access-key': 'secret' }

describe('the store of a foreign table', () => {
  it('is read from the names of the REST protocol', () => {
    expect(
      s3OptionsOf({
        ...keys,
        's3.endpoint': 'http://127.0.0.1:9000',
        's3.session-token': 'session',
        's3.path-style-access': 'false',
        'client.region': 'ap-northeast-2',
      }),
    ).toEqual({
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      endpoint: 'http://127.0.0.1:9000',
      sessionToken: 'session',
      forcePathStyle: false,
      region: 'ap-northeast-2',
    })
  })

  it('addresses buckets by path on a server of its own and by host on AWS unless told', () => {
    expect(s3OptionsOf({ ...keys, 's3.endpoint': 'http://x' })?.forcePathStyle).toBe(true)
    expect(s3OptionsOf(keys)?.forcePathStyle).toBe(false)
  })

  it('is our own without keys: they must not sign requests to an address that another server chose', () => {
    const own = new MemoryFileIO()
    const options = { cacheDirectory: '/tmp/cache', cacheBytes: 1 }
    expect(tableFileIO({ 's3.endpoint': 'http://elsewhere' }, own, options)).toBe(own)
    expect(tableFileIO({ 's3.access-key-id': 'key' }, own, options)).toBe(own)
    const theirs = tableFileIO(keys, own, options)
    expect(theirs).not.toBe(own)
    expect(tableFileIO(keys, own, options)).toBe(theirs)
    expect(tableFileIO({ ...keys, 's3.session-token': 'next' }, own, options)).not.toBe(theirs)
  })
})
