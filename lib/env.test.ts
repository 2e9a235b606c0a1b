import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEnv } from './env.ts'

describe('parseEnv', () => {
  it('gives local folders and defaults where nothing is set', () => {
    const env = parseEnv({ FIRN_DATA_DIR: '/data/firn' })
    expect(env.WAREHOUSE_LOCATION).toBe('file:///data/firn/warehouse')
    expect(env.stage).toBe('development')
    expect(env.KAFKA_BROKERS).toEqual([])
    expect(env.S3_FORCE_PATH_STYLE).toBe(false)
  })

  it('names every wrong variable, what was expected and what was found', () => {
    expect(() => parseEnv({ PORT: 'eighty', WAREHOUSE_LOCATION: 'C:\\data' })).toThrow(
      /PORT: .*found "eighty"[\s\S]*WAREHOUSE_LOCATION: expected a file:.*found "C:/,
    )
  })

  it('never prints the value of a secret', () => {
    const attempt = () => parseEnv({ AUTH_SECRET: 'tooshort', DATABASE_URL: 'mysql://u:hunter2@h/d' })
    expect(attempt).toThrow(/AUTH_SECRET: at least 32/)
    expect(attempt).not.toThrow(/tooshort|hunter2/)
  })

  it('refuses to start in production with a default secret', () => {
    expect(() => parseEnv({ NODE_ENV: 'production' })).toThrow(/AUTH_SECRET and SECRETS_KEY/)
    expect(() =>
      parseEnv({ FIRN_ENV: 'production', AUTH_SECRET: 'a'.repeat(32), SECRETS_KEY: 'b'.repeat(32) }),
    ).not.toThrow()
  })

  it('uses path-style addresses with a custom S3 endpoint unless told otherwise', () => {
    expect(parseEnv({ S3_ENDPOINT: 'http://127.0.0.1:7070' }).S3_FORCE_PATH_STYLE).toBe(true)
    expect(
      parseEnv({ S3_ENDPOINT: 'http://127.0.0.1:7070', S3_FORCE_PATH_STYLE: 'false' }).S3_FORCE_PATH_STYLE,
    ).toBe(false)
  })

  it('.env.example lists the same names', () => {
    const documented = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z0-9_]+)=/gm)].map(
      (match) => match[1],
    )
    const source = readFileSync('lib/env.ts', 'utf8')
    const parsed = [
      ...source.slice(source.indexOf('z.object({'), source.indexOf('})\n')).matchAll(/^ {2}([A-Z0-9_]+):/gm),
    ].map((match) => match[1])
    expect(documented.sort()).toEqual(parsed.filter((name) => name !== 'NODE_ENV').sort())
  })
})
