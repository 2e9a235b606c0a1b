/** Keys kept per day and dimension: enough for a TOP 100 over months with small errors, some 1,000 rows a day. */
export const topKeysPerDay = 500

/** Hashes in the sketch of one key and day: 4.4 % standard error above, 4 KB at most. */
export const topSketchSize = 512
