import type { PartitionSpec } from '../iceberg/spec/partition-spec.ts'
import type { Schema } from '../iceberg/spec/schema.ts'
import type { SortOrder } from '../iceberg/spec/sort-order.ts'
import type { PrimitiveType } from '../iceberg/spec/types.ts'
import { eventTimeRange, type LineCheck, type Mapping } from './mapping.ts'
import { sqlInstant, sqlString } from './sql-text.ts'

/** The recipe service's bronze events to `recipe_analytics.user_events_silver`: 25 columns, hours of Asia/Seoul as partitions. */

export const recipeEventsTimeZone = 'Asia/Seoul'

/**
 * Seoul has been nine hours ahead since the autumn of 1988 (tz database), and adding these is twelve times as fast as asking
 * the time zone's rules, which all other times do.
 */
const seoulTime = (instant: string): string =>
  `CASE WHEN ${instant} BETWEEN TIMESTAMPTZ '1989-01-01 00:00:00+00' AND TIMESTAMPTZ '2999-12-31 00:00:00+00'
    THEN make_timestamp(epoch_us(${instant}) + ${9 * 3_600_000_000}) ELSE ${instant} AT TIME ZONE '${recipeEventsTimeZone}' END`

const column = (id: number, name: string, type: PrimitiveType, doc: string) => ({
  id,
  name,
  type,
  required: false,
  doc,
})

export const recipeEventsSchema: Schema = {
  schemaId: 0,
  fields: [
    column(1, 'event_id', 'string', 'Unique id of the event'),
    column(2, 'event_name', 'string', 'What happened, by the name the service gives it'),
    column(3, 'user_id', 'string', 'Account; null for people who are not signed in'),
    column(4, 'anonymous_id', 'string', 'Browser or device'),
    column(5, 'session_id', 'string', 'Session as the service counts it'),
    column(6, 'utc_timestamp', 'timestamptz', 'When it happened'),
    column(7, 'date', 'date', 'Day in Asia/Seoul'),
    column(8, 'year', 'int', 'Year in Asia/Seoul'),
    column(9, 'month', 'int', 'Month in Asia/Seoul, 1 to 12'),
    column(10, 'day', 'int', 'Day of the month in Asia/Seoul'),
    column(11, 'hour', 'int', 'Hour in Asia/Seoul, 0 to 23'),
    column(12, 'day_of_week', 'string', 'Weekday in Asia/Seoul, English'),
    column(13, 'page_name', 'string', 'context.page.name'),
    column(14, 'page_url', 'string', 'context.page.url'),
    column(15, 'user_segment', 'string', 'context.user_segment'),
    column(16, 'cooking_style', 'string', 'context.cooking_style'),
    column(17, 'ab_test_group', 'string', 'context.ab_test.group'),
    column(18, 'prop_recipe_id', 'long', 'event_properties.recipe_id'),
    column(19, 'prop_list_type', 'string', 'event_properties.list_type'),
    column(20, 'prop_action', 'string', 'event_properties.action'),
    column(21, 'prop_search_keyword', 'string', 'event_properties.search_keyword'),
    column(22, 'prop_result_count', 'int', 'event_properties.result_count'),
    column(23, 'processed_at', 'timestamptz', 'When the row was made'),
    column(24, 'data_source', 'string', 'Source the event came in by'),
    column(25, 'pipeline_version', 'string', 'Version of this mapping'),
  ],
}

export const recipeEventsPartitionSpec: PartitionSpec = {
  specId: 0,
  fields: [
    { sourceId: 8, fieldId: 1000, name: 'year', transform: 'identity' },
    { sourceId: 9, fieldId: 1001, name: 'month', transform: 'identity' },
    { sourceId: 10, fieldId: 1002, name: 'day', transform: 'identity' },
    { sourceId: 11, fieldId: 1003, name: 'hour', transform: 'identity' },
  ],
}

/** Compaction writes rows in this order: a person's events of an hour lie close together and pages of time are pruned. */
export const recipeEventsSortOrder: SortOrder = {
  orderId: 1,
  fields: [
    { sourceId: 6, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' },
    { sourceId: 3, transform: 'identity', direction: 'asc', nullOrder: 'nulls-first' },
  ],
}

const found = (expression: string): string => `coalesce(left(${expression}::VARCHAR, 80), 'nothing')`

/** By the first characters, as strings compare: cheaper than `starts_with`, and each line is asked some thirty times. */
const startsWith = (text: string, character: string): string =>
  `(${text} >= ${sqlString(character)} AND ${text} < ${sqlString(String.fromCharCode(character.charCodeAt(0) + 1))})`

/** JSON columns still show their quotes, and no other kind of value starts with a character as low. */
const isText = (name: string): string => `${name}::VARCHAR < '#'`

/** Between the quotes, if nothing is escaped there: two thirds of the cost of reading it as JSON. */
const textOf = (name: string): string =>
  `CASE WHEN contains(${name}::VARCHAR, '\\') THEN ${name}->>'$'
    ELSE substring(${name}::VARCHAR, 2, length(${name}::VARCHAR) - 2) END`

const requiredText = (name: string): LineCheck => ({
  holds: `coalesce(${isText(name)} AND ${name}::VARCHAR <> '""', false)`,
  reason: `'${name}: expected a text that is not empty, found ' || ${found(name)}`,
})
const optionalText = (name: string): LineCheck => ({
  holds: `coalesce(${isText(name)}, true)`,
  reason: `'${name}: expected a text or null, found ' || ${found(name)}`,
})

/**
 * Nested texts are unpacked as VARCHAR, since quoted JSON would cost a third more. Only a value that looks like something
 * else is looked up once more for its kind, so a text such as "[summer] soup" or "10 minutes" passes.
 */
const nestedText = (value: string, document: string, path: string): LineCheck => ({
  holds: `CASE WHEN ${value} < ':' OR ${startsWith(value, '{')} OR ${startsWith(value, '[')} OR ${value} IN ('true', 'false')
    THEN coalesce(json_type(${document}, '$.${path}') = 'VARCHAR', true) ELSE true END`,
  reason: `'${document}.${path}: expected a text or null, found ' || ${found(value)}`,
})

/** An object that is something else reads as an object of nulls; only then is its kind looked up. */
const nestedObject = (values: string[], document: string, path: string): LineCheck => ({
  holds: `CASE WHEN ${values.map((value) => `${value} IS NULL`).join(' AND ')}
    THEN coalesce(json_type(${document}_json, '$.${path}') IN ('OBJECT', 'NULL'), true) ELSE true END`,
  reason: `'${document}.${path}: expected an object, found ' || coalesce(lower(json_type(${document}_json, '$.${path}')), 'nothing')`,
})

const wholeNumber = (value: string, type: 'BIGINT' | 'INTEGER', name: string): LineCheck => ({
  holds: `coalesce(TRY_CAST(${value} AS ${type})::VARCHAR = ${value}, ${value} IS NULL)`,
  reason: `'${name}: expected a whole number of ${type === 'BIGINT' ? 64 : 32} bits, found ' || ${found(value)}`,
})

const jsonDocument = (name: string): LineCheck => ({
  holds: `(${name}_json IS NOT NULL OR ${name} IS NULL)`,
  reason: `'${name}: expected a JSON object as text, found ' || ${found(name)}`,
})

const isoWithOffset =
  '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d([.]\\d+)?(Z|[+-](0\\d|1[0-8])(:?[0-5]\\d)?)$'

/** How most programs write it: all these match the expression above, at half its cost. */
export const usualTimes = ['[-+]0d:[0-5]d', 'Z'].map((zone) =>
  `dddd-dd-ddTdd:dd:dd.ddd${zone}`.replaceAll('d', '[0-9]'),
)

/**
 * Nothing but a text can look like this, so its kind is not asked. Times out of the range are those of clocks that were
 * never set, which analytics could not place.
 */
const timestampCheck: LineCheck = {
  holds: `coalesce(CASE ${usualTimes.map((glob) => `WHEN timestamp GLOB ${sqlString(glob)} THEN true`).join(' ')}
    ELSE regexp_matches(timestamp, ${sqlString(isoWithOffset)}) END
    AND utc_timestamp >= ${sqlInstant(eventTimeRange.from)} AND utc_timestamp < ${sqlInstant(eventTimeRange.to)}, false)`,
  reason: `'timestamp: expected ISO 8601 with an offset, from 1970 to 2099, found ' || ${found('timestamp')}`,
}

const contextShape =
  '{"page":{"name":"VARCHAR","url":"VARCHAR"},"user_segment":"VARCHAR","cooking_style":"VARCHAR","ab_test":{"group":"VARCHAR"}}'
const propertiesShape =
  '{"recipe_id":"VARCHAR","list_type":"VARCHAR","action":"VARCHAR","search_keyword":"VARCHAR","result_count":"VARCHAR"}'

const objectOrNull = (name: string, wellFormed: boolean): string =>
  `CASE WHEN ${wellFormed ? '' : `json_valid(${name}) AND `}(${startsWith(name, '{')} OR json_type(${name}) = 'OBJECT') THEN ${name} END`

/** from_json throws on malformed text, so only what is valid gets there; what is no object it reads as one of nulls. */
const unpacked = (name: string, shape: string, wellFormed: boolean): string =>
  `from_json(${wellFormed ? name : objectOrNull(name, wellFormed)}, ${sqlString(shape)})`

export const recipeEventsMapping: Mapping = {
  name: 'recipe-events',
  schema: recipeEventsSchema,
  spec: recipeEventsPartitionSpec,
  bronzeColumns: {
    event_id: 'JSON',
    event_name: 'JSON',
    user_id: 'JSON',
    anonymous_id: 'JSON',
    session_id: 'JSON',
    timestamp: 'VARCHAR',
    context: 'VARCHAR',
    event_properties: 'VARCHAR',
  },
  parsed: (wellFormed) => ({
    utc_timestamp: 'TRY_CAST(timestamp AS TIMESTAMPTZ)',
    context_json: objectOrNull('context', wellFormed),
    event_properties_json: objectOrNull('event_properties', wellFormed),
    c: unpacked('context', contextShape, wellFormed),
    p: unpacked('event_properties', propertiesShape, wellFormed),
  }),
  derived: { local_time: seoulTime('utc_timestamp') },
  checks: [
    requiredText('event_id'),
    requiredText('event_name'),
    timestampCheck,
    optionalText('user_id'),
    optionalText('anonymous_id'),
    optionalText('session_id'),
    jsonDocument('context'),
    jsonDocument('event_properties'),
    nestedObject(['c.page.name', 'c.page.url'], 'context', 'page'),
    nestedObject(['c.ab_test."group"'], 'context', 'ab_test'),
    nestedText('c.page.name', 'context', 'page.name'),
    nestedText('c.page.url', 'context', 'page.url'),
    nestedText('c.user_segment', 'context', 'user_segment'),
    nestedText('c.cooking_style', 'context', 'cooking_style'),
    nestedText('c.ab_test."group"', 'context', 'ab_test.group'),
    nestedText('p.list_type', 'event_properties', 'list_type'),
    nestedText('p.action', 'event_properties', 'action'),
    nestedText('p.search_keyword', 'event_properties', 'search_keyword'),
    wholeNumber('p.recipe_id', 'BIGINT', 'event_properties.recipe_id'),
    wholeNumber('p.result_count', 'INTEGER', 'event_properties.result_count'),
  ],
  columns: ({ processedAt, dataSource, pipelineVersion }) => ({
    event_id: textOf('event_id'),
    event_name: textOf('event_name'),
    user_id: textOf('user_id'),
    anonymous_id: textOf('anonymous_id'),
    session_id: textOf('session_id'),
    utc_timestamp: 'utc_timestamp',
    date: 'local_time::DATE',
    year: 'year(local_time)::INTEGER',
    month: 'month(local_time)::INTEGER',
    day: 'day(local_time)::INTEGER',
    hour: 'hour(local_time)::INTEGER',
    day_of_week: 'dayname(local_time)',
    page_name: 'c.page.name',
    page_url: 'c.page.url',
    user_segment: 'c.user_segment',
    cooking_style: 'c.cooking_style',
    ab_test_group: 'c.ab_test."group"',
    prop_recipe_id: 'TRY_CAST(p.recipe_id AS BIGINT)',
    prop_list_type: 'p.list_type',
    prop_action: 'p.action',
    prop_search_keyword: 'p.search_keyword',
    prop_result_count: 'TRY_CAST(p.result_count AS INTEGER)',
    processed_at: `TIMESTAMPTZ ${sqlString(processedAt)}`,
    data_source: sqlString(dataSource),
    pipeline_version: sqlString(pipelineVersion),
  }),
}
