import path from 'node:path'
import { AppError } from '#lib/errors.ts'

/**
 * A parsed location. As in every Iceberg engine the text after the scheme is the path or key itself, character by
 * character: `%`, spaces and `#` stand for themselves and nothing is decoded.
 */
export type Location =
  | { scheme: 'file'; path: string }
  | { scheme: 's3'; bucket: string /** Without a leading slash. */; key: string }

/**
 * Parses `file:///path`, `file:/path`, `/path` or `s3://bucket/key` (`s3a` and `s3n` are taken for `s3`).
 * @throws AppError `bad-input`, also for `..` and NUL, which could lead out of a folder
 */
export function parseLocation(location: string): Location {
  const s3 = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s.exec(location)
  const file = /^(?:file:(?:\/\/(?:localhost)?)?)?(\/(?!\/).*)$/s.exec(location)
  const rest = s3?.[2] ?? file?.[1] ?? ''
  if ((!s3 && !file) || rest.includes('\0')) {
    throw new AppError(
      'bad-input',
      `Not a location: ${JSON.stringify(location)}. Expected file:///… or s3://bucket/….`,
    )
  }
  if (rest.split('/').includes('..')) {
    throw new AppError('bad-input', `A location may not contain "..": ${JSON.stringify(location)}.`)
  }
  if (s3) return { scheme: 's3', bucket: s3[1] ?? '', key: rest }
  return { scheme: 'file', path: path.normalize(rest) }
}

/** The one spelling of a location, with scheme. */
export function formatLocation(location: Location): string {
  return location.scheme === 'file' ? `file://${location.path}` : `s3://${location.bucket}/${location.key}`
}

/** The `file://` location of a local path. */
export const fileLocation = (localPath: string): string => `file://${path.resolve(localPath)}`

/** `<folder>/<name>` whether or not the folder ends with a slash. */
export const joinLocation = (folder: string, ...names: string[]): string =>
  [folder.replace(/\/+$/, ''), ...names].join('/')
