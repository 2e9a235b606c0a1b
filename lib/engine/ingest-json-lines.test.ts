import { appendFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import {
  recipeEventsMapping,
  recipeEventsPartitionSpec,
  recipeEventsSchema,
  usualTimes,
} from '../mappings/recipe-events.ts'
import { createEngine } from './create-engine.ts'
import type { Engine } from './engine.ts'
import type { IngestJsonLinesPayload, IngestJsonLinesResult, JsonLinesInput } from './tasks.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let engine: Engine
let root: string
let directory: string

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'firn-ingest-'))
  engine = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '1GB',
    spillDirectory: path.join(root, 'spill'),
  })
})
afterAll(async () => {
  await engine.close()
  await rm(root, { recursive: true, force: true })
})
beforeEach(async () => {
  directory = await mkdtemp(path.join(root, 'case-'))
})
afterEach(async () => {
  // Whatever a batch was like, nothing of it stays in the spill folder.
  const folders = await readdir(path.join(root, 'spill'), { recursive: true })
  expect(folders.filter((name) => name.includes('ingest-'))).toEqual([])
})

const context = {
  page: { name: 'home', url: 'https://recipe.example.com/', path: '/' },
  user_segment: 'parent',
  cooking_style: '한식',
  ab_test: { scenario: 'home_feed_v2', group: 'control' },
}
const properties = {
  recipe_id: 10001,
  list_type: 'popular',
  action: 'view',
  search_keyword: '김치찌개',
  result_count: 7,
}

type Fields = Record<string, unknown>
const event = (id: string, changes: Fields = {}): Fields => ({
  event_id: id,
  event_name: 'view_page',
  user_id: null,
  anonymous_id: 'a1',
  session_id: 's1',
  date: '2025-07-01',
  timestamp: '2025-07-01T00:30:00.123+09:00',
  context: JSON.stringify(context),
  event_properties: JSON.stringify(properties),
  ...changes,
})
const line = (id: string, changes: Fields = {}): string => JSON.stringify(event(id, changes))
const withContext = (id: string, changes: Fields): string =>
  line(id, { context: JSON.stringify({ ...context, ...changes }) })
const withProperties = (id: string, changes: Fields): string =>
  line(id, { event_properties: JSON.stringify({ ...properties, ...changes }) })

let files = 0
let batches = 0
async function input(
  content: string | Buffer,
  more: Partial<JsonLinesInput> = {},
  suffix = '.jsonl',
): Promise<JsonLinesInput> {
  files += 1
  const file = path.join(directory, `input-${files}${suffix}`)
  await writeFile(file, content)
  return { path: file, source: `landing/${files}`, ...more }
}

async function ingest(
  inputs: JsonLinesInput[],
  more: Partial<IngestJsonLinesPayload> = {},
  runner = engine,
): Promise<IngestJsonLinesResult> {
  batches += 1
  const result = await runner.run('ingestJsonLines', {
    inputs,
    mapping: 'recipe-events',
    outputDirectory: path.join(directory, `output-${batches}`),
    schema: recipeEventsSchema,
    spec: recipeEventsPartitionSpec,
    batchId: 'batch-1',
    processedAt: '2025-08-01T00:00:00Z',
    dataSource: 'landing-zone',
    pipelineVersion: '1.0.0',
    ...more,
  })
  const lines = result.inputs.reduce((sum, each) => sum + each.lines, 0)
  expect(result.rows + result.errorRows + result.blankLines).toBe(lines)
  expect(result.files.reduce((sum, file) => sum + Number(file.dataFile.recordCount), 0)).toBe(result.rows)
  return result
}

const read = async (paths: string[], select: string): Promise<Fields[]> => {
  if (paths.length === 0) return []
  const list = paths.map((file) => `'${file}'`).join(', ')
  return (
    await engine.run('query', {
      sql: `SELECT ${select} FROM read_parquet([${list}], hive_partitioning = false)`,
    })
  ).rows
}
const rowsOf = (result: IngestJsonLinesResult, select = '*') =>
  read(
    result.files.map((file) => file.localPath),
    `${select.trim()}`,
  )
const idsOf = async (result: IngestJsonLinesResult) =>
  (await rowsOf(result, 'event_id')).map((row) => row.event_id).sort()

test('a line becomes a row of 25 columns in its hour of Asia/Seoul', async () => {
  const result = await ingest([await input(`${line('e1')}\n`)])
  const [file] = result.files
  expect(file?.relativePath).toMatch(/^year=2025\/month=7\/day=1\/hour=0\/[0-9a-f-]{36}\.parquet$/)
  expect(file?.dataFile.partition).toEqual({ year: 2025, month: 7, day: 1, hour: 0 })
  const [row] = await rowsOf(result)
  expect(Object.keys(row ?? {})).toEqual(recipeEventsMapping.schema.fields.map((field) => field.name))
  expect(row).toMatchObject({
    event_id: 'e1',
    event_name: 'view_page',
    user_id: null,
    utc_timestamp: '2025-06-30 15:30:00.123+00',
    date: '2025-07-01',
    hour: 0,
    day_of_week: 'Tuesday',
    page_name: 'home',
    ab_test_group: 'control',
    cooking_style: '한식',
    prop_recipe_id: '10001',
    prop_search_keyword: '김치찌개',
    prop_result_count: 7,
    processed_at: '2025-08-01 00:00:00+00',
    data_source: 'landing-zone',
  })
})

test('the time in Seoul is what the time zone says, from long ago to far away', async () => {
  const { rows } = await engine.run('query', {
    sql: `WITH instants AS (
        SELECT unnest(range(TIMESTAMPTZ '1900-01-01 00:00:00.000001+00', TIMESTAMPTZ '2200-01-01 00:00:00+00', INTERVAL '61 hours')) AS utc_timestamp
        UNION ALL SELECT unnest(['0001-01-01', '1988-12-31 23:59:59', '1989-01-01', '3000-06-01', '9999-12-31', 'infinity', '-infinity'])::TIMESTAMPTZ)
      SELECT count(*)::INTEGER AS instants,
        count(*) FILTER (${recipeEventsMapping.derived.local_time} IS DISTINCT FROM utc_timestamp AT TIME ZONE 'Asia/Seoul')::INTEGER AS different FROM instants`,
  })
  expect(rows).toEqual([{ instants: 43_118, different: 0 }])
})

test('usual times need no regular expression', async () => {
  const { rows } = await engine.run('query', {
    sql: `SELECT time, ${usualTimes.map((glob) => `time GLOB '${glob}'`).join(' OR ')} AS usual
      FROM (SELECT unnest(['2025-07-01T00:30:00.123+09:00', '2025-07-01T00:30:00.123-03:30', '2025-07-01T00:30:00.123Z',
        '2025-07-01T00:30:00Z', '2025-07-01T00:30:00.123+19:00', '2025-07-01T 0:30:00.123Z']) AS time)`,
  })
  expect(rows.map(({ usual }) => usual)).toEqual([true, true, true, false, false, false])
})

test('documents that are JSON but no objects fail where none is malformed', async () => {
  const documents = ['[1]', '[{"page":{}}]', '"text"', '5', 'true', 'null', '']
  const lines = documents.flatMap((document, index) => [
    line(`good-${index}`),
    line('x', { context: document || ' ' }),
    line('y', { event_properties: document || ' ' }),
  ])
  const wellFormed = await ingest([await input(lines.slice(0, -3).join('\n'))])
  expect([wellFormed.rows, wellFormed.errorRows]).toEqual([6, 12])
  expect(wellFormed.errors.map(({ error }) => error)).toEqual(
    documents
      .slice(0, -1)
      .flatMap((document) =>
        ['context', 'event_properties'].map(
          (name) => `${name}: expected a JSON object as text, found ${document}`,
        ),
      ),
  )
  const withMalformed = await ingest([await input(lines.join('\n'))])
  expect([withMalformed.rows, withMalformed.errorRows]).toEqual([7, 14])
})

test('field ids and statistics go with the file', async () => {
  const result = await ingest([
    await input(
      `${withProperties('e1', { recipe_id: '9007199254740993' })}\n${withProperties('e2', { recipe_id: null })}\n`,
    ),
  ])
  const dataFile = result.files[0]?.dataFile
  expect(dataFile?.recordCount).toBe(2n)
  expect(dataFile?.nullValueCounts?.get(18)).toBe(1n)
  // 2^53 + 1 is the first whole number a double cannot hold.
  expect(Buffer.from(dataFile?.upperBounds?.get(18) ?? []).readBigInt64LE()).toBe(9007199254740993n)
  const { rows } = await engine.run('query', {
    sql: `SELECT name, field_id FROM parquet_schema('${result.files[0]?.localPath}') WHERE field_id IS NOT NULL ORDER BY field_id`,
  })
  expect(rows.map((row) => [row.field_id, row.name])).toEqual(
    recipeEventsSchema.fields.map((field) => [String(field.id), field.name]),
  )
})

const bad: [string, string | Buffer, string][] = [
  ['malformed JSON', '{"event_id": "x", ', 'line: expected JSON, found malformed text'],
  ['trailing text', `${line('x')} and more`, 'line: expected JSON, found malformed text'],
  ['two objects on a line', `${line('x')}${line('y')}`, 'line: expected JSON, found malformed text'],
  ['an array', '[1,2]', 'line: expected a JSON object, found an array'],
  ['a number', '42', 'line: expected a JSON object, found a number'],
  [
    'invalid UTF-8',
    Buffer.concat([Buffer.from('{"event_id":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]),
    'line: expected UTF-8, found bytes that are not',
  ],
  [
    'no event_id',
    line('x', { event_id: undefined }),
    'event_id: expected a text that is not empty, found nothing',
  ],
  ['an empty event_id', line(''), 'event_id: expected a text that is not empty, found ""'],
  ['event_id a number', line('x', { event_id: 5 }), 'event_id: expected a text that is not empty, found 5'],
  [
    'event_name an object',
    line('x', { event_name: { a: 1 } }),
    'event_name: expected a text that is not empty, found {"a":1}',
  ],
  [
    'no timestamp',
    line('x', { timestamp: undefined }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found nothing',
  ],
  [
    'a word for a timestamp',
    line('x', { timestamp: 'yesterday' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found yesterday',
  ],
  [
    'a timestamp without offset',
    line('x', { timestamp: '2025-07-01T00:00:00' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 2025-07-01T00:00:00',
  ],
  [
    'a day that does not exist',
    line('x', { timestamp: '2025-02-30T00:00:00Z' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 2025-02-30T00:00:00Z',
  ],
  [
    'an offset that no place has',
    line('x', { timestamp: '2025-07-01T00:00:00.000+19:00' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 2025-07-01T00:00:00.000+19:00',
  ],
  [
    'a space for a digit',
    line('x', { timestamp: '2025-07-01T 2:00:00.000+09:00' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 2025-07-01T 2:00:00.000+09:00',
  ],
  [
    'a time without end',
    line('x', { timestamp: 'infinity' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found infinity',
  ],
  [
    "a clock that was never set, here Go's",
    line('x', { timestamp: '0001-01-01T00:00:00Z' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 0001-01-01T00:00:00Z',
  ],
  [
    'the end of time',
    line('x', { timestamp: '9999-12-31T23:59:59-05:00' }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 9999-12-31T23:59:59-05:00',
  ],
  [
    'a timestamp as a number',
    line('x', { timestamp: 1751295600000 }),
    'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found 1751295600000',
  ],
  ['session_id a list', line('x', { session_id: ['s'] }), 'session_id: expected a text or null, found ["s"]'],
  [
    'context not JSON',
    line('x', { context: '{page:' }),
    'context: expected a JSON object as text, found {page:',
  ],
  ['context a number', line('x', { context: 7 }), 'context: expected a JSON object as text, found 7'],
  [
    'properties a JSON list',
    line('x', { event_properties: '[]' }),
    'event_properties: expected a JSON object as text, found []',
  ],
  [
    'page not an object',
    withContext('x', { page: 'home' }),
    'context.page: expected an object, found varchar',
  ],
  [
    'user_segment a number',
    withContext('x', { user_segment: 3 }),
    'context.user_segment: expected a text or null, found 3',
  ],
  [
    'page name an object',
    withContext('x', { page: { name: { ko: 'a' } } }),
    'context.page.name: expected a text or null, found {"ko":"a"}',
  ],
  [
    'result_count not a number',
    withProperties('x', { result_count: 'many' }),
    'event_properties.result_count: expected a whole number of 32 bits, found many',
  ],
  [
    'result_count too large',
    withProperties('x', { result_count: 3_000_000_000 }),
    'event_properties.result_count: expected a whole number of 32 bits, found 3000000000',
  ],
  [
    'recipe_id with a fraction',
    withProperties('x', { recipe_id: 1.5 }),
    'event_properties.recipe_id: expected a whole number of 64 bits, found 1.5',
  ],
]

test('each kind of bad line goes to the error file with its number and reason, all good lines go on', async () => {
  const content = Buffer.concat(
    bad.flatMap(([, text], index) => [
      Buffer.from(`${line(`good-${index}`)}\n`),
      Buffer.from(text),
      Buffer.from('\n'),
    ]),
  )
  const result = await ingest([await input(content)])
  expect(result.rows).toBe(bad.length)
  const errors = result.errors.map(({ position, error }) => [Number(position), error])
  expect(errors.map(([position]) => position)).toEqual(bad.map((_, index) => 2 * index + 2))
  for (const [index, [name, , reason]] of bad.entries())
    expect(`${name} → ${errors[index]?.[1]}`).toContain(`${name} → ${reason}`)

  const stored = await read(
    result.errorFiles.map((file) => file.localPath),
    '* ',
  )
  expect(stored).toHaveLength(bad.length)
  expect(stored[0]).toMatchObject({
    source: expect.stringContaining('landing/'),
    partition: null,
    position: '2',
    raw: '{"event_id": "x", ',
    occurred_at: '2025-08-01 00:00:00+00',
    batch_id: 'batch-1',
  })
})

test('JSON that goes on behind its line is an error of its own lines and harms no other', async () => {
  const pretty = JSON.stringify(event('p1'), null, 2)
  const cases: [string, string[], number][] = [
    ['a pretty document', [line('e1'), ...pretty.split('\n'), line('e2')], pretty.split('\n').length],
    ['an array over lines', ['[', `${line('a1')},`, line('a2'), ']', line('e1'), line('e2')], 3],
    [
      'records that were cut off',
      [line('e1'), '{"event_id":"x","context":', line('e2'), '{"a":[', line('a2')],
      2,
    ],
    ['a cut-off last line', [line('e1'), line('e2'), line('a2'), '{"event_id":"x","context":{'], 1],
    ['values that are no objects', ['NaN', line('e1'), 'NaN', line('e2'), '-', line('a2'), '"x"'], 4],
    ['a cut-off text', [line('e1'), '{"event_id":"x', line('e2'), line('a2'), '"a \\'], 2],
    [
      'a chain of bad ones',
      ['{"a":[', '{"b":1},', line('e1'), '{"c":', line('e2'), line('a2', { timestamp: 1 })],
      4,
    ],
  ]
  for (const [name, lines, errorRows] of cases) {
    for (const end of ['\n', '']) {
      const result = await ingest([await input(lines.join('\n') + end), await input(line('e3'))])
      const expected = ['e1', 'e2', 'e3', ...(lines.includes(line('a2')) ? ['a2'] : [])].sort()
      expect([name, await idsOf(result), result.errorRows]).toEqual([name, expected, errorRows])
    }
  }
})

test('what is said of a bad line can be stored anywhere: no NUL, no half characters', async () => {
  const lines = [
    '🍲 hello',
    '{"a": 🍲}',
    `${'x'.repeat(199)}🍲 tail`,
    line('n1', { timestamp: 'bad\0' }),
    line('n2', { context: 'bad\0' }),
    withProperties('n3', { recipe_id: '1\0' }),
    '{"a": \0}',
  ]
  const result = await ingest([await input(`${line('e1')}\n${lines.join('\n')}`)])
  expect(await idsOf(result)).toEqual(['e1'])
  expect(result.errorRows).toBe(lines.length)
  for (const { error, excerpt } of result.errors) {
    for (const text of [error, excerpt])
      expect([text.isWellFormed(), text.includes('\0')]).toEqual([true, false])
  }
})

test('several faults of a line are all named', async () => {
  const result = await ingest([await input(line('x', { event_name: 1, timestamp: 'soon' }))])
  expect(result.errors[0]?.error).toBe(
    'event_name: expected a text that is not empty, found 1; timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found soon',
  )
})

test('texts that only look like something else pass, escapes and offsets are read', async () => {
  const result = await ingest([
    await input(
      [
        withProperties('e1', { search_keyword: '[여름] 냉국', list_type: 'true', action: '10분' }),
        line('e"2\\\n한', { timestamp: '2025-07-01T00:00:00Z', context: null, event_properties: undefined }),
        line('e3', { timestamp: '2025-07-01T09:00:00+0900', context: ' {"user_segment":"diet"}' }),
        line('e4', { context, event_properties: properties }),
        line('한 👩‍👧 e\u0301', { timestamp: '2025-07-01T00:00:00.000Z', user_id: '' }),
        line('e5', { timestamp: '2025-06-30T20:30:00.000-03:30' }),
      ].join('\n'),
    ),
  ])
  expect(result.errors).toEqual([])
  const rows = await rowsOf(result)
  const row = (id: string) => rows.find((each) => each.event_id === id)
  expect(row('e1')).toMatchObject({
    prop_search_keyword: '[여름] 냉국',
    prop_list_type: 'true',
    prop_action: '10분',
  })
  expect(row('e"2\\\n한')).toMatchObject({ hour: 9, page_name: null, prop_recipe_id: null })
  expect(row('e3')).toMatchObject({ hour: 9, user_segment: 'diet' })
  expect(row('e4')).toMatchObject({ page_name: 'home', prop_recipe_id: '10001' })
  expect(row('한 👩‍👧 e\u0301')).toMatchObject({ hour: 9, user_id: '' })
  expect(row('e5')).toMatchObject({ hour: 9, utc_timestamp: '2025-07-01 00:00:00+00' })
})

test('blank lines, CRLF, a byte order mark and a last line without a line break', async () => {
  const text = `\ufeff${line('e1')}\r\n\r\n   \n${line('e2')}\r\n\t\nnonsense\r\n${line('e3')}`
  const result = await ingest([await input(text)])
  expect(await idsOf(result)).toEqual(['e1', 'e2', 'e3'])
  expect(result.blankLines).toBe(3)
  expect(result.errors).toMatchObject([{ position: 6n, excerpt: 'nonsense' }])
})

test('a byte order mark on a line of its own, or alone in its file, is no event', async () => {
  const [marked, alone] = [await input(`\ufeff\r\n${line('e1')}\nnonsense\n`), await input('\ufeff')]
  const result = await ingest([alone, marked, await input(`\ufeff${line('e2')}\n`)])
  expect(await idsOf(result)).toEqual(['e1', 'e2'])
  expect(result.blankLines).toBe(2)
  expect(result.errors).toMatchObject([{ position: 3n, excerpt: 'nonsense' }])
})

test('an empty file, a file of blank lines, and a batch of bad lines only', async () => {
  expect(await ingest([await input('')])).toMatchObject({ files: [], rows: 0, errorRows: 0 })
  expect(await ingest([await input('\n \n')])).toMatchObject({ files: [], rows: 0, blankLines: 2 })
  expect(await ingest([await input('x\ny\n')])).toMatchObject({ files: [], rows: 0, errorRows: 2 })
})

test('a line of 10 MB passes, one of 20 MB is an error and keeps its first 64 KB', async () => {
  const long = withProperties('ten', { search_keyword: 'x'.repeat(10_000_000) })
  const tooLong = withProperties('twenty', { search_keyword: 'y'.repeat(20_000_000) })
  const result = await ingest([await input(`${line('e1')}\n${long}\n${tooLong}\n${line('e2')}\n`)])
  expect(await idsOf(result)).toEqual(['e1', 'e2', 'ten'])
  expect(result.errors).toMatchObject([
    { position: 3n, error: expect.stringMatching(/^line: expected at most 16777216 bytes, found 20\d{6}$/) },
  ])
  const [stored] = await read(
    result.errorFiles.map((file) => file.localPath),
    'strlen(raw) AS length',
  )
  expect(Number(stored?.length)).toBe(65_536)
})

test('gzip is unpacked; of a truncated one the whole lines are kept and the tail is one error', async () => {
  const lines = Array.from({ length: 3000 }, (_, index) =>
    line(`e${index}`, { session_id: `s${Math.sin(index)}` }),
  )
  const packed = gzipSync(`${lines.join('\n')}\n`)
  const whole = await ingest([await input(packed, {}, '.jsonl.gz')])
  expect(whole).toMatchObject({ rows: 3000, errorRows: 0 })

  const truncated = await ingest([await input(packed.subarray(0, packed.length * 0.7), {}, '.jsonl.gz')])
  expect(truncated.errorRows).toBe(1)
  expect(truncated.rows).toBeGreaterThan(1000)
  expect(truncated.errors[0]).toMatchObject({
    position: BigInt(truncated.rows + 1),
    error: expect.stringContaining('the gzip file ends too early (truncated)'),
  })
})

test('byte ranges of a file give each line once, with line numbers of the whole file', async () => {
  const lines = [line('e1'), 'first bad', line('e2'), '', line('e3'), 'second bad', line('e4')]
  const text = `${lines.join('\n')}\n`
  const border = Buffer.byteLength(`${lines.slice(0, 4).join('\n')}\n`)
  const whole = await input(text)
  const first = await ingest([{ ...whole, from: 0, to: border }])
  const second = await ingest([{ ...whole, from: border, lineBase: first.inputs[0]?.lines ?? 0 }])
  expect(first.errors.map(({ position }) => position)).toEqual([2n])
  expect(second.errors.map(({ position }) => position)).toEqual([6n])
  expect([first.rows, second.rows]).toEqual([2, 2])
  await expect(ingest([{ ...whole, from: 3, to: border }])).rejects.toMatchObject({ code: 'bad-input' })
  await expect(ingest([{ ...whole, from: 0, to: 1e9 }])).rejects.toMatchObject({ code: 'bad-input' })
  expect(await ingest([{ ...whole, from: border, to: border }])).toMatchObject({ rows: 0 })
})

test('errors of a topic carry partition and offset, over gaps', async () => {
  const text = ['bad 0', line('e1'), 'bad 2', line('e3'), 'bad 4'].join('\n')
  const positions = [
    { firstLine: 1, partition: '3', position: 100n },
    { firstLine: 3, partition: '3', position: 9_007_199_254_740_993n },
    { firstLine: 5, partition: '4', position: 7n },
  ]
  const result = await ingest([await input(text, { source: 'recipe-events', positions })])
  expect(result.errors.map(({ partition, position }) => [partition, position])).toEqual([
    ['3', 100n],
    ['3', 9_007_199_254_740_993n],
    ['4', 7n],
  ])
  const stored = await read(
    result.errorFiles.map((file) => file.localPath),
    'partition, position',
  )
  expect(stored[1]).toEqual({ partition: '3', position: '9007199254740993' })
})

test('errors of several inputs are told apart, and names with pattern characters are plain names', async () => {
  const inputs = [
    await input(`bad\n${line('e1')}\n`, { source: 'one' }, '[a-z]*?.jsonl'),
    await input('', { source: 'two' }),
    await input(`${line('e2')}\n\nbad`, { source: 'three' }, " 'quoted'.jsonl"),
  ]
  const result = await ingest(inputs)
  expect(await idsOf(result)).toEqual(['e1', 'e2'])
  expect(result.errors.map(({ source, position }) => [source, position])).toEqual([
    ['one', 1n],
    ['three', 3n],
  ])
  expect(result.inputs.map(({ rows, errorRows }) => [rows, errorRows])).toEqual([
    [1, 1],
    [0, 0],
    [1, 1],
  ])
})

test('a missing file is said to be missing and leaves no output', async () => {
  const missing = { path: path.join(directory, 'nowhere.jsonl'), source: 'landing/nowhere' }
  const before = await readdir(directory)
  await expect(ingest([missing])).rejects.toMatchObject({ code: 'not-found' })
  expect(await readdir(directory)).toEqual(before)
})

test('a folder that holds something is refused and left alone', async () => {
  const outputDirectory = path.join(directory, 'table')
  await mkdir(path.join(outputDirectory, 'data'), { recursive: true })
  await expect(ingest([await input(line('e1'))], { outputDirectory })).rejects.toMatchObject({
    code: 'bad-input',
  })
  expect(await readdir(outputDirectory)).toEqual(['data'])
})

test('columns follow the live schema: renamed, widened, dropped and added ones', async () => {
  const fields = recipeEventsSchema.fields
    .filter((field) => field.name !== 'pipeline_version')
    .map((field) =>
      field.name === 'page_name'
        ? { ...field, name: 'page' }
        : field.name === 'prop_result_count'
          ? { ...field, type: 'long' as const }
          : field,
    )
  const added = { id: 26, name: 'country', type: 'string' as const, required: false }
  const result = await ingest([await input(line('e1'))], {
    schema: { schemaId: 1, fields: [...fields, added] },
  })
  const [row] = await rowsOf(result)
  expect(row).toMatchObject({ page: 'home', prop_result_count: '7', country: null })
  expect(row).not.toHaveProperty('pipeline_version')
})

test('columns of types that are not written stay away, and a table that cannot be written is not the lines\u2019 fault', async () => {
  const field = (id: number, name: string, type: string) => ({ id, name, type, required: false }) as never
  const schema = {
    schemaId: 1,
    fields: [
      ...recipeEventsSchema.fields,
      field(26, 'extra', 'variant'),
      field(27, 'precise', 'timestamptz_ns'),
    ],
  }
  const result = await ingest([await input(line('e1'))], { schema })
  expect(Object.keys((await rowsOf(result))[0] ?? {})).toEqual(
    recipeEventsSchema.fields.map(({ name }) => name),
  )
  const spec = { specId: 1, fields: [{ sourceId: 5, fieldId: 1000, name: 'day', transform: 'day' as const }] }
  await expect(ingest([await input(line('e1'))], { spec })).rejects.toMatchObject({
    code: 'unavailable',
    retryable: true,
    message: expect.stringContaining('Change the table'),
  })
})

test('partitions by several columns are those of the rows, of nulls too, and whatever the columns are called', async () => {
  const schema = {
    schemaId: 1,
    fields: [
      ...recipeEventsSchema.fields,
      { id: 26, name: 'partition_key', type: 'string' as const, required: false },
    ],
  }
  const identity = (sourceId: number, fieldId: number, name: string) => ({
    sourceId,
    fieldId,
    name,
    transform: 'identity' as const,
  })
  const lines = [7, null, -1, 7].flatMap((count, index) => [
    withProperties(`a${index}`, { result_count: count }),
    withProperties(`b${index}`, { result_count: count, recipe_id: null }),
  ])
  const specs = [
    [identity(18, 1000, 'recipe'), identity(22, 1001, 'found'), identity(7, 1002, 'date')],
    // A text's statistics may be cut: these go by the columns themselves.
    [identity(18, 1000, 'recipe'), identity(22, 1001, 'found'), identity(20, 1002, 'action')],
  ]
  for (const fields of specs) {
    const result = await ingest([await input(lines.join('\n'))], { schema, spec: { specId: 1, fields } })
    const last = fields.at(-1)?.name === 'date' ? 20_270 : 'view'
    const expected = [10001n, null].flatMap((recipe) =>
      [7, null, -1].map((found) => [recipe, found, last, found === 7 ? 2n : 1n]),
    )
    const written = result.files.map(({ dataFile }) => [
      ...Object.values(dataFile.partition),
      dataFile.recordCount,
    ])
    expect(written).toHaveLength(expected.length)
    expect(written).toEqual(expect.arrayContaining(expected))
    const [row] = await rowsOf(result)
    expect(row).toMatchObject({ partition_key: null, date: '2025-07-01' })
  }
})

test('partitions that do not fit into memory side by side are written a share at a time', async () => {
  // 600 partitions of a block for each column are some 500 MB.
  const small = createEngine({
    processes: 1,
    threads: 1,
    memoryLimit: '150MB',
    spillDirectory: path.join(root, 'spill'),
  })
  const start = Date.parse('2025-01-01T00:30:00Z')
  const time = (hour: number) => new Date(start + hour * 3_600_000).toISOString()
  const hours = Array.from({ length: 600 }, (_, hour) => ({
    timestamp: time(hour),
    date: time(hour).slice(0, 10),
  }))
  const lines = hours.flatMap((changes, hour) => [line(`a${hour}`, changes), line(`b${hour}`, changes)])
  const identity = { sourceId: 18, fieldId: 1000, name: 'recipe', transform: 'identity' as const }
  try {
    const result = await ingest([await input([...lines, '{"event_id": 1}'].join('\n'))], {}, small)
    expect(result).toMatchObject({ rows: 1_200, errorRows: 1 })
    expect(new Set(result.files.map(({ relativePath }) => path.dirname(relativePath))).size).toBe(600)
    expect(result.files.map(({ dataFile }) => dataFile.recordCount)).toEqual(Array(600).fill(2n))
    const [counts] = await rowsOf(result, 'count(DISTINCT event_id)::INTEGER AS ids')
    expect(counts).toEqual({ ids: 1_200 })
    // The process is as good as new, and one column without exact bounds is as good as four.
    const next = await ingest(
      [
        await input(
          lines.map((_, index) => withProperties(`c${index}`, { recipe_id: index % 600 })).join('\n'),
        ),
      ],
      { spec: { specId: 1, fields: [identity] } },
      small,
    )
    expect(next.files.map(({ dataFile }) => dataFile.recordCount)).toEqual(Array(600).fill(2n))
  } finally {
    await small.close()
  }
})

test('a range of a file that has grown since gives only its own lines', async () => {
  const growing = await input(`${line('e1')}\n`)
  const to = Buffer.byteLength(`${line('e1')}\n`)
  await appendFile(growing.path, `${line('e2')}\n`)
  expect(await idsOf(await ingest([{ ...growing, from: 0, to }]))).toEqual(['e1'])
  expect(await idsOf(await ingest([{ ...growing, from: to }]))).toEqual(['e2'])
})
