/** Set on page requests by proxy.ts: path and query of the page, which server components are not told otherwise. */
export const pagePathHeader = 'x-firn-page'
