/** The last part of a location. */
export const baseName = (location: string): string => location.slice(location.lastIndexOf('/') + 1)

/** A file in an address: its name, and where a deletion vector begins among others in the same file. */
export const fileLink = ({ path, contentOffset }: { path: string; contentOffset: number | null }): string =>
  contentOffset === null ? baseName(path) : `${baseName(path)}#${contentOffset}`

/** The filter of the list of files that finds what a link names. */
export function linkFilter(link: string): string {
  const [, name = link, offset] = /^(.*)#(\d+)$/.exec(link) ?? []
  const quoted = `"${name.replace(/(["\\])/g, '\\$1')}"`
  return offset === undefined ? quoted : `${quoted} offset:${offset}`
}
