import { promisify } from 'node:util'
import { zstdCompress, zstdDecompress } from 'node:zlib'
import { lz4Compress, lz4Decompress, snappyCompress, snappyDecompress } from '@platformatic/wasm-utils'
import kafkajs from 'kafkajs'

/** Java's snappy writes blocks behind this header ("xerial" framing); others write one raw block. */
const xerialMagic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00])
/** The magic, a version and a compatible version of four bytes each. */
const xerialHeaderBytes = 16

/** Decompresses a snappy record batch in either framing. */
export function decompressSnappy(body: Buffer): Buffer {
  if (!body.subarray(0, xerialMagic.length).equals(xerialMagic)) return snappyDecompress(body)
  const blocks: Buffer[] = []
  for (let at = xerialHeaderBytes; at + 4 <= body.length; ) {
    const length = body.readUInt32BE(at)
    blocks.push(snappyDecompress(body.subarray(at + 4, at + 4 + length)))
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

interface Encoder {
  buffer: Buffer
}

interface Codec {
  compress(encoder: Encoder): Promise<Buffer>
  decompress(body: Buffer): Promise<Buffer>
}

const compressZstd = promisify(zstdCompress)
const decompressZstd = promisify(zstdDecompress)

const codecs: Record<'Snappy' | 'LZ4' | 'ZSTD', Codec> = {
  Snappy: {
    compress: async ({ buffer }) => snappyCompress(buffer),
    decompress: async (body) => decompressSnappy(body),
  },
  LZ4: {
    compress: async ({ buffer }) => lz4Compress(buffer),
    decompress: async (body) => lz4Decompress(body),
  },
  ZSTD: {
    compress: ({ buffer }) => compressZstd(buffer),
    decompress: (body) => decompressZstd(body),
  },
}

/** kafkajs brings gzip alone, and a consumer that meets another codec never recovers: register the other three. */
export function registerCodecs(): void {
  for (const name of ['Snappy', 'LZ4', 'ZSTD'] as const) {
    kafkajs.CompressionCodecs[kafkajs.CompressionTypes[name]] = () => codecs[name]
  }
}
