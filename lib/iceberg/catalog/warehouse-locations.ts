import { AppError } from '../../errors.ts'
import { formatLocation, parseLocation } from '../../storage/location.ts'

const spelled = (location: string): string => formatLocation(parseLocation(location)).replace(/\/+$/, '')

/** Whether a location lies below a folder, however both are spelled. */
export const liesBelow = (location: string, folder: string): boolean =>
  spelled(location).startsWith(`${spelled(folder)}/`)

/**
 * Refuses a location that leads out of the folders a catalog may use: its files are read and deleted with the server's
 * own rights, so that a caller must not choose any place.
 * @throws AppError `bad-input`
 */
export function assertBelow(what: string, location: string, folders: readonly string[]): void {
  if (folders.some((folder) => folder !== '' && liesBelow(location, folder))) return
  throw new AppError(
    'bad-input',
    `The ${what} ${location} lies outside the warehouse of this catalog. Expected a location below ${folders[0]}.`,
    { context: { location } },
  )
}
