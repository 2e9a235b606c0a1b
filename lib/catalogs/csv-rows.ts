/** Most rows of a CSV download: what a spreadsheet still opens, and a few tens of megabytes of memory. */
export const csvRows = 100_000
