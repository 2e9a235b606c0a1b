import path from 'node:path'
import { createEngine } from '#lib/engine/create-engine.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { env } from '#lib/env.ts'
import { AppError } from '#lib/errors.ts'

/** Somebody who leafs through snapshots asks again within seconds; nobody pays for a process the day after. */
const idleMilliseconds = 60_000
/** With more people waiting for one process the last would wait longer than they look. */
const mostWaiting = 10

let opened: { engine: Engine; using: number; idle: NodeJS.Timeout | undefined } | undefined

/**
 * Runs `work` with the app's engine: one process of its own, so that neither a full memory nor a crash harms the app. It
 * starts with the first preview and ends when nobody has asked for a minute.
 * @throws AppError `too-many-requests`
 */
export async function withPreviewEngine<Result>(work: (engine: Engine) => Promise<Result>): Promise<Result> {
  const { PREVIEW_MEMORY_LIMIT: memoryLimit, dataDirectory } = env()
  opened ??= {
    engine: createEngine({
      processes: 1,
      threads: 1,
      memoryLimit,
      spillDirectory: path.join(dataDirectory, 'spill'),
    }),
    using: 0,
    idle: undefined,
  }
  const current = opened
  if (current.using >= mostWaiting) {
    throw new AppError(
      'too-many-requests',
      `${current.using} previews are being read. Try again in a moment.`,
      {
        retryable: true,
      },
    )
  }
  clearTimeout(current.idle)
  current.using += 1
  try {
    return await work(current.engine)
  } finally {
    current.using -= 1
    if (current.using === 0 && opened === current) {
      current.idle = setTimeout(() => void closePreviewEngine(), idleMilliseconds).unref()
    }
  }
}

/** Ends the engine, if there is one; the next preview starts another. */
export async function closePreviewEngine(): Promise<void> {
  const current = opened
  opened = undefined
  clearTimeout(current?.idle)
  await current?.engine.close()
}
