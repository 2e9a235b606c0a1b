/**
 * Works on items side by side, at most `limit` at a time, and yields the results in the items' order. Nothing new begins
 * once the caller stops or one has failed.
 */
export async function* readAhead<Item, Result>(
  items: Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = []
  const begin = (item: Item): void => {
    const one = work(item)
    // Its failure is thrown when its turn comes; until then nobody else waits for it.
    one.catch(() => undefined)
    running.push(one)
  }
  for (const item of items) {
    if (running.length >= limit) yield await (running.shift() as Promise<Result>)
    begin(item)
  }
  for (const one of running) yield await one
}
