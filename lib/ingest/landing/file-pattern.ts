const readable = /\.(jsonl|ndjson|json)(\.gz)?$/i

/** A matcher of paths below a landing folder: readable names only, no hidden or unfinished ones, and the pattern if given. */
export function filePattern(pattern?: string): (name: string) => boolean {
  const expression = pattern ? globToRegExp(pattern) : null
  return (name) => {
    if (!readable.test(name) && !/\.gz$/i.test(name)) return false
    if (name.split('/').some((part) => part.startsWith('.'))) return false
    return expression ? expression.test(name) : true
  }
}

/** `*` and `?` stay within one folder, `**` crosses folders. */
function globToRegExp(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:.*/)?'
    if (part === '**') return '.*'
    if (part === '*') return '[^/]*'
    if (part === '?') return '[^/]'
    return `\\${part}`
  })
  return new RegExp(`^${source}$`)
}

export const isGzip = (name: string): boolean => /\.gz$/i.test(name)
