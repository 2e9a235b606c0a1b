/** Text as a SQL string literal. */
export const sqlString = (value: string): string => `'${value.replaceAll("'", "''")}'`

/** A name as a quoted SQL identifier. */
export const sqlIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** Milliseconds since 1970 as a literal of an instant. */
export const sqlInstant = (ms: number): string => `TIMESTAMPTZ ${sqlString(new Date(ms).toISOString())}`
