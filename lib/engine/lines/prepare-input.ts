import { once } from 'node:events'
import { closeSync, createReadStream, createWriteStream, openSync, writeSync } from 'node:fs'
import { appendFile, type FileHandle, open, symlink } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { AppError, messageOf } from '../../errors.ts'
import type { JsonLinesInput } from '../tasks.ts'
import { countLines, isClosedObject, type LineTotals, type ScannedLine, scanLines } from './scan-lines.ts'

/** DuckDB's JSON reader takes objects up to this size by default; a longer line is an error row. */
export const longestLineBytes = 16 << 20

/** An input as DuckDB can read it: plain lines, each line that is not blank gives exactly one row. */
export interface PreparedInput {
  input: JsonLinesInput
  /** What DuckDB reads. */
  readPath: string
  /** Where the lines' own text is. */
  textPath: string
  totals: LineTotals
  /** Set when the data ended early: the last line is then an error row with this reason. */
  truncation: string | null
  /** Lines that are no objects, or go on behind their end, are set aside: no line can harm another. */
  closed: boolean
}

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

async function openInput(input: JsonLinesInput): Promise<FileHandle> {
  try {
    return await open(input.path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') {
      throw new AppError('not-found', `${input.source}: the file ${input.path} does not exist (any more).`, {
        cause: error,
      })
    }
    throw new AppError('unavailable', `${input.source}: the file cannot be opened: ${messageOf(error)}`, {
      retryable: true,
      cause: error,
    })
  }
}

async function isGzip(input: JsonLinesInput): Promise<boolean> {
  const file = await openInput(input)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b
  } finally {
    await file.close()
  }
}

/** Both ends of a range must be line borders: half a line would be an error row in one batch and another in the next. */
async function checkBorders(input: JsonLinesInput, from: number, to: number): Promise<void> {
  const file = await openInput(input)
  try {
    const { size } = await file.stat()
    const endsAtLineFeed = async (position: number): Promise<boolean> => {
      if (position === 0 || position === size) return true
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, position - 1)
      return buffer[0] === 10
    }
    if (from < 0 || from > to || to > size) {
      throw new AppError(
        'bad-input',
        `${input.source}: the byte range [${from}, ${to}) is not within the file's ${size} bytes.`,
      )
    }
    for (const border of [from, to]) {
      if (await endsAtLineFeed(border)) continue
      throw new AppError(
        'bad-input',
        `${input.source}: byte ${border} is in the middle of a line; a range starts and ends after a line break.`,
      )
    }
  } finally {
    await file.close()
  }
}

/**
 * Unpacks what can be unpacked. Returns why it ended early, or null. Each piece is written as it comes, since a stream
 * that fails forgets what it still holds.
 */
async function gunzip(source: string, target: string): Promise<string | null> {
  const output = openSync(target, 'w')
  try {
    const unzip = createGunzip({ chunkSize: 256 << 10 })
    unzip.on('data', (piece: Buffer) => writeSync(output, piece))
    const packed = createReadStream(source)
    packed.on('error', (error) => unzip.destroy(error))
    packed.pipe(unzip)
    await once(unzip, 'end')
    return null
  } catch (error) {
    const code = errorCode(error)
    if (!code.startsWith('Z_')) throw error
    return code === 'Z_BUF_ERROR'
      ? 'the gzip file ends too early (truncated)'
      : `the gzip file is damaged (${messageOf(error)})`
  } finally {
    closeSync(output)
  }
}

/** A NUL behind the last line makes it malformed for certain: half a line may still be valid JSON. */
const markTruncated = (target: string): Promise<void> => appendFile(target, '\0')

/** Copies a file with the lines that are not to be read replaced by a short malformed one; rows keep their numbers. */
async function copyLines(
  source: string,
  target: string,
  isRead: (line: ScannedLine) => boolean,
): Promise<void> {
  await pipeline(async function* () {
    for await (const line of scanLines(source, longestLineBytes)) {
      yield isRead(line) ? Buffer.concat([line.bytes, Buffer.from('\n')]) : Buffer.from('!\n')
    }
  }, createWriteStream(target))
}

const isShort = ({ length }: ScannedLine): boolean => length <= longestLineBytes

/**
 * Makes an input readable: unpacks gzip, cuts out a byte range, sets lines aside that are too long, and counts lines.
 * @param scratch folder for what has to be copied; the caller deletes it
 * @param number tells the inputs of one task apart
 * @throws AppError `not-found` for a missing file, `bad-input` for a range that is none.
 */
export async function prepareInput(
  input: JsonLinesInput,
  scratch: string,
  number: number,
): Promise<PreparedInput> {
  const scratchPath = (suffix: string): string => path.join(scratch, `input-${number}${suffix}.jsonl`)
  let textPath = input.path
  let truncation: string | null = null
  const ranged = input.from !== undefined || input.to !== undefined
  if (await isGzip(input)) {
    if (ranged)
      throw new AppError('bad-input', `${input.source}: a gzip file is read as a whole, not by byte range.`)
    textPath = scratchPath('-unzipped')
    truncation = await gunzip(input.path, textPath)
    if (truncation) await markTruncated(textPath)
  } else if (ranged) {
    const file = await openInput(input)
    const { size } = await file.stat()
    await file.close()
    const [from, to] = [input.from ?? 0, input.to ?? size]
    await checkBorders(input, from, to)
    textPath = scratchPath('-range')
    // An empty range cannot be written as one that ends before it starts.
    await (from === to
      ? appendFile(textPath, '')
      : pipeline(createReadStream(input.path, { start: from, end: to - 1 }), createWriteStream(textPath)))
  }
  const totals = await countLines(textPath)
  let readPath = scratchPath('')
  if (totals.longestLine > longestLineBytes) {
    readPath = scratchPath('-short')
    await copyLines(textPath, readPath, isShort)
  } else {
    // DuckDB takes * ? and [ in a path as patterns; a link has a name without them.
    await symlink(path.resolve(textPath), readPath)
  }
  return { input, readPath, textPath, totals, truncation, closed: false }
}

/**
 * The same input with the lines set aside that are no objects or do not end on them. DuckDB may read on over the line break
 * then: it fails altogether where the value ends on a later line, and spoils the text of the line after where it does not.
 */
export async function withObjectsOnly(prepared: PreparedInput): Promise<PreparedInput> {
  const readPath = prepared.readPath.replace(/\.jsonl$/, '-closed.jsonl')
  await copyLines(prepared.textPath, readPath, (line) => isShort(line) && isClosedObject(line.bytes))
  return { ...prepared, readPath, closed: true }
}
