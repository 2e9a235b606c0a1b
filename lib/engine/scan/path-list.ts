import { sqlString } from '../../mappings/sql-text.ts'

/**
 * Local paths as a list for read_parquet and parquet_schema, which take each for a pattern: a partition folder `name=a*b`
 * would otherwise also mean the files of `name=axb`, or only those.
 */
export const pathList = (paths: readonly string[]): string =>
  `[${paths.map((path) => sqlString(path.replaceAll(/[*?[]/g, '[$&]'))).join(', ')}]`
