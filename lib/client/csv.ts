/** One CSV document (RFC 4180) with a byte order mark, which spreadsheets need to read Korean. */
export function toCsv(
  rows: readonly (readonly (string | number | bigint | boolean | null | undefined)[])[],
): string {
  const cell = (value: string | number | bigint | boolean | null | undefined): string => {
    if (value === null || value === undefined) return ''
    const text = String(value)
    // A leading sign makes a spreadsheet run the cell as a formula; numbers may keep theirs.
    const safe =
      typeof value === 'string' && /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `\uFEFF${rows.map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`
}

/** Hands `text` to the person as a file. */
export function downloadText(fileName: string, text: string, mediaType = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The download has started by the next task; later than that the address is only a leak.
  setTimeout(() => URL.revokeObjectURL(url), 1_000)
}
