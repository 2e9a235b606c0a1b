/** What to paste into an engine so that it uses a catalog of this server. No secret is in it. */

export const engines = ['pyiceberg', 'spark', 'trino', 'flink', 'duckdb', 'dbt'] as const
export type Engine = (typeof engines)[number]

export interface Snippet {
  /** Key of what it is: a file's name is said by itself. */
  label?: string
  code: string
}

export interface ConnectTarget {
  /** Base address of the REST catalog: `https://firn.example.com/iceberg`. */
  uri: string
  catalog: string
  /** A table to read; without it the catalog's namespaces are listed. */
  table?: { levels: readonly string[]; name: string } | undefined
}

/** Stands where the reader's own token goes: a secret is shown once, when it is made. */
const token = 'firn_…'

const sparkPackage = 'org.apache.iceberg:iceberg-spark-runtime-4.1_2.13:1.12.0'
const sparkExtensions = 'org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions'
const sparkCatalog = 'org.apache.iceberg.spark.SparkCatalog'

const plainName = /^[a-z_][a-z0-9_]*$/
const backticks = (name: string): string =>
  plainName.test(name) ? name : `\`${name.replaceAll('`', '``')}\``
const doubleQuotes = (name: string): string =>
  plainName.test(name) ? name : `"${name.replaceAll('"', '""')}"`
const pythonText = (text: string): string => JSON.stringify(text)

type Table = NonNullable<ConnectTarget['table']>

/** A table as Spark, Flink and dbt's models name it. */
const sparkName = (catalog: string, { levels, name }: Table): string =>
  [catalog, ...levels, name].map(backticks).join('.')
/** Trino has one schema for all levels. */
const trinoName = (catalog: string, { levels, name }: Table): string =>
  [catalog, levels.join('.'), name].map(doubleQuotes).join('.')

const schemaOf = (table: Table | undefined): string => table?.levels.join('.') ?? 'analytics'

function pyiceberg({ uri, catalog, table }: ConnectTarget): Snippet[] {
  const read = table
    ? `table = catalog.load_table((${[...table.levels, table.name].map(pythonText).join(', ')}))
print(table.scan(limit=10).to_arrow())`
    : 'print(catalog.list_namespaces())'
  return [
    {
      code: `from pyiceberg.catalog import load_catalog

catalog = load_catalog(
    "${catalog}",
    type="rest",
    uri="${uri}",
    warehouse="${catalog}",
    token="${token}",
)
${read}`,
    },
  ]
}

function spark({ uri, catalog, table }: ConnectTarget): Snippet[] {
  return [
    {
      code: `spark-sql \\
  --packages ${sparkPackage} \\
  --conf spark.sql.extensions=${sparkExtensions} \\
  --conf spark.sql.catalog.${catalog}=${sparkCatalog} \\
  --conf spark.sql.catalog.${catalog}.type=rest \\
  --conf spark.sql.catalog.${catalog}.uri=${uri} \\
  --conf spark.sql.catalog.${catalog}.warehouse=${catalog} \\
  --conf spark.sql.catalog.${catalog}.token=${token}`,
    },
    {
      code: table
        ? `SELECT * FROM ${sparkName(catalog, table)} LIMIT 10;`
        : `SHOW NAMESPACES IN ${backticks(catalog)};`,
    },
  ]
}

function trino({ uri, catalog, table }: ConnectTarget): Snippet[] {
  return [
    {
      label: `etc/catalog/${catalog}.properties`,
      code: `connector.name=iceberg
iceberg.catalog.type=rest
iceberg.rest-catalog.uri=${uri}
iceberg.rest-catalog.warehouse=${catalog}
iceberg.rest-catalog.nested-namespace-enabled=true
iceberg.rest-catalog.security=OAUTH2
iceberg.rest-catalog.oauth2.token=${token}`,
    },
    {
      code: table
        ? `SELECT * FROM ${trinoName(catalog, table)} LIMIT 10;`
        : `SHOW SCHEMAS FROM ${doubleQuotes(catalog)};`,
    },
  ]
}

function flink({ uri, catalog, table }: ConnectTarget): Snippet[] {
  // Flink knows one level of databases: those above it are the catalog's base.
  const name = table && [catalog, table.levels.at(-1) ?? '', table.name].map(backticks).join('.')
  const base = table?.levels.slice(0, -1).join('.')
  return [
    {
      code: `-- with the iceberg-flink-runtime of your Flink version in lib/
CREATE CATALOG ${backticks(catalog)} WITH (
  'type' = 'iceberg',
  'catalog-type' = 'rest',
  'uri' = '${uri}',
  'warehouse' = '${catalog}',${base ? `\n  'base-namespace' = '${base}',` : ''}
  'token' = '${token}'
);

SET 'execution.runtime-mode' = 'batch';
${name ? `SELECT * FROM ${name} LIMIT 10;` : `USE CATALOG ${backticks(catalog)};\nSHOW DATABASES;`}`,
    },
  ]
}

function duckdb({ uri, catalog, table }: ConnectTarget): Snippet[] {
  return [
    {
      code: `INSTALL iceberg; LOAD iceberg;
ATTACH '${catalog}' AS ${doubleQuotes(catalog)} (
  TYPE iceberg,
  ENDPOINT '${uri}',
  TOKEN '${token}'
);
${table ? `SELECT * FROM ${trinoName(catalog, table)} LIMIT 10;` : 'SHOW ALL TABLES;'}`,
    },
  ]
}

function dbt({ uri, catalog, table }: ConnectTarget): Snippet[] {
  return [
    {
      label: 'profiles.yml',
      code: `firn:
  target: spark
  outputs:
    spark:  # pip install "dbt-spark[session]"
      type: spark
      method: session
      host: NA
      schema: ${schemaOf(table)}
      server_side_parameters:
        spark.jars.packages: ${sparkPackage}
        spark.sql.extensions: ${sparkExtensions}
        spark.sql.defaultCatalog: ${catalog}
        spark.sql.catalog.${catalog}: ${sparkCatalog}
        spark.sql.catalog.${catalog}.type: rest
        spark.sql.catalog.${catalog}.uri: ${uri}
        spark.sql.catalog.${catalog}.warehouse: ${catalog}
        spark.sql.catalog.${catalog}.token: "{{ env_var('FIRN_TOKEN') }}"
    trino:  # pip install dbt-trino; the server needs the catalog of the tab Trino
      type: trino
      method: none
      host: localhost
      port: 8080
      user: dbt
      database: ${catalog}
      schema: ${schemaOf(table)}
      threads: 4`,
    },
    {
      label: 'models/first_rows.sql',
      code: `{{ config(materialized='table', file_format='iceberg') }}  -- Trino needs no file_format

SELECT * FROM ${table ? sparkName(catalog, table) : `${backticks(catalog)}.analytics.events`} LIMIT 10`,
    },
  ]
}

const writers: Record<Engine, (target: ConnectTarget) => Snippet[]> = {
  pyiceberg,
  spark,
  trino,
  flink,
  duckdb,
  dbt,
}

/** The snippets of an engine, to be pasted one after the other. */
export const snippetsOf = (engine: Engine, target: ConnectTarget): Snippet[] => writers[engine](target)
