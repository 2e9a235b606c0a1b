import { isAppError, messageOf } from '#lib/errors.ts'
import { pause } from '#lib/runs/pause.ts'
import { problemOf } from '#lib/runs/problem-of.ts'
import type { IngestContext, ReaderSource, SourceReader } from '../ingest-context.ts'
import { findOpenLoad, type LoadRun, loadRunBytes, openLoadRun } from '../load-run.ts'
import type { LandingConfig } from '../source-config.ts'
import { clearSourceProblem, problemJson, setSourceProblem } from '../source-problem.ts'
import type { LandingFile } from './landing-file.ts'
import { createLandingScan } from './landing-scan.ts'
import { type PlannedRange, planGrowingBatch, planLoadBatch } from './plan-batch.ts'
import { readRanges } from './read-ranges.ts'

const lookEveryMs = 1_000
const longestRetryMs = 30_000
/** After this many failures inside Firn over the same bytes they are read file by file, then given up with a reason. */
const maximumTries = 3

type LandingSource = ReaderSource & { config: LandingConfig }

/** Follows a landing-zone folder: whole files side by side as fast as the engine takes them, growing ones every few seconds. */
export function startLandingReader(context: IngestContext, source: LandingSource): SourceReader {
  const own = new AbortController()
  const stopping = AbortSignal.any([context.stopping, own.signal])
  let ended = false
  const running = follow(context, source, stopping).finally(() => {
    ended = true
  })
  return {
    isRunning: () => !ended,
    stop: async () => {
      own.abort()
      await running
    },
  }
}

async function follow(context: IngestContext, source: LandingSource, stopping: AbortSignal): Promise<void> {
  const { settings } = context
  const log = context.log.child({ source: source.name, sourceId: source.id })
  const scan = createLandingScan({ ...context, log }, source)
  const waitingSince = new Map<string, number>()
  const inFlight = new Map<Promise<void>, { planned: PlannedRange[]; bytes: number }>()
  const tries = new Map<string, number>()
  let load: LoadRun | undefined
  let failures = 0
  let retryAt = 0
  let healthy = false
  let paused = false
  let wake = () => {}

  const busyNames = () =>
    new Set([...inFlight.values()].flatMap(({ planned }) => planned.map(({ file }) => file.name)))

  const fileFailed = async (file: LandingFile, error: unknown): Promise<void> => {
    const problem = problemOf(error, {
      action:
        'Put a whole file in its place: it is then read by itself. "Retry" tries the file again as it is.',
    })
    await context.db.sourcePartition.update({
      where: { id: file.id },
      data: {
        state: 'failed',
        problem: problemJson(problem),
        details: { ...file.details, etag: file.etag },
        owner: null,
        leaseUntil: null,
      },
    })
    log.warn({ file: file.name, error }, 'a file cannot be read; the others go on')
    await load?.log('error', `${file.name}: ${problem.message}`)
  }

  const read = async (planned: PlannedRange[], onBytes: (bytes: number) => void): Promise<void> => {
    const names = planned.map(({ file }) => file.name)
    const signals = [context.signal, ...(load ? [load.signal] : [])]
    try {
      const done = await readRanges(context, source, planned, { signal: AbortSignal.any(signals), onBytes })
      for (const name of names) waitingSince.delete(name)
      for (const name of names) tries.delete(name)
      failures = 0
      if (done) {
        log.info(done, 'batch recorded')
        if (!healthy) await clearSourceProblem(context.db, source.id)
        healthy = true
      }
    } catch (error) {
      if (isAppError(error, 'cancelled') || context.signal.aborted || load?.signal.aborted) return
      if (isAppError(error, 'conflict')) {
        log.info({ reason: messageOf(error) }, 'batch dropped')
        return
      }
      const died = isAppError(error, 'unavailable') && error.context.pid !== undefined
      // What nobody has thought of, and would be so each time, must not hold up the whole folder.
      const inside = died || isAppError(error, 'internal')
      if (inside) for (const name of names) tries.set(name, (tries.get(name) ?? 0) + 1)
      const givenUp = inside && names.some((name) => (tries.get(name) ?? 0) >= maximumTries)
      const isTheirs = isAppError(error, 'bad-input', 'corrupt', 'not-found', 'forbidden', 'too-large')
      if (givenUp || isTheirs) {
        const [only] = planned
        if (planned.length === 1 && only) {
          await fileFailed(only.file, error)
          // What the source said of it while it was tried is over.
          failures = 0
        }
        // One bad file must not hold up its neighbours: each is tried by itself.
        else for (const one of planned) await read([one], onBytes)
        return
      }
      throw error
    }
  }

  const start = (planned: PlannedRange[]): void => {
    const entry = { planned, bytes: 0 }
    const work = read(planned, (bytes) => {
      entry.bytes = bytes
    })
      .catch(async (error: unknown) => {
        await failed(error)
      })
      .finally(() => {
        inFlight.delete(work)
        wake()
      })
    inFlight.set(work, entry)
  }

  /** Something outside is wrong (store, disk, database): says so on the source and tries again, less and less often. */
  const failed = async (error: unknown): Promise<void> => {
    healthy = false
    failures += 1
    const wait = Math.min(longestRetryMs, 1000 * 2 ** Math.min(failures - 1, 5))
    retryAt = Date.now() + wait
    log.error({ error, retryInMs: wait }, 'reading failed; it is tried again')
    await setSourceProblem(context.db, source.id, problemOf(error, { retrying: true })).catch(() => {})
    await load?.log('warn', `${messageOf(error)} It is tried again in ${wait / 1000} s.`).catch(() => {})
  }

  const turn = async (): Promise<void> => {
    const files = await scan.look()
    const now = Date.now()
    for (const file of files) {
      if (file.position < file.size && !waitingSince.has(file.name)) waitingSince.set(file.name, now)
    }
    const busy = busyNames()
    const free = () => files.filter(({ name }) => !busy.has(name))
    const backlog = files.filter((file) => file.quiet && file.position < file.size)
    const pendingBytes = backlog.reduce((sum, file) => sum + file.size - file.position, 0)
    const untouched = backlog.reduce((sum, file) => sum + (file.position === 0 ? file.size : 0), 0)
    // One that another worker left behind goes on, however little is left of it.
    if (!load && (untouched >= loadRunBytes || (await findOpenLoad(context.db, source.id)))) {
      load = await openLoadRun(context, source, { bytes: pendingBytes, files: backlog.length })
    }
    while (!stopping.aborted && !load?.signal.aborted && inFlight.size < settings.lanes) {
      const planned = planLoadBatch(free(), settings)
      if (planned.length === 0) break
      for (const { file } of planned) busy.add(file.name)
      start(planned)
    }
    // A growing file's few rows need no lane of their own: the engine queues them behind the load.
    const growing = planGrowingBatch(free(), waitingSince, { ...settings, now })
    if (growing.length > 0 && !stopping.aborted) {
      for (const { file } of growing) waitingSince.set(file.name, now)
      start(growing)
    }
    if (load) {
      const inFlightBytes = [...inFlight.values()].reduce((sum, { bytes }) => sum + bytes, 0)
      await load.report({ inFlightBytes, pendingBytes, pendingFiles: backlog.length })
      if (load.signal.aborted) return cancelLoad(load)
      if (pendingBytes === 0 && inFlight.size === 0 && (await load.tryFinish())) load = undefined
    }
    context.reportActivity(source.name, inFlight.size > 0 ? { batches: inFlight.size, pendingBytes } : null)
    if (!healthy && failures === 0 && inFlight.size === 0) {
      await clearSourceProblem(context.db, source.id)
      healthy = true
    }
  }

  const cancelLoad = async (run: LoadRun): Promise<void> => {
    await Promise.allSettled(inFlight.keys())
    await context.db.source.updateMany({
      where: { id: source.id, state: 'active' },
      data: { state: 'paused' },
    })
    await run.cancelled()
    load = undefined
    paused = true
    log.info('load cancelled; the source is paused')
  }

  while (!stopping.aborted && !paused) {
    if (Date.now() >= retryAt) {
      try {
        await turn()
      } catch (error) {
        await failed(error)
      }
    }
    const woken = new AbortController()
    wake = () => woken.abort()
    await pause(lookEveryMs, AbortSignal.any([stopping, woken.signal]))
  }
  await Promise.allSettled(inFlight.keys())
  await load?.leave().catch(() => {})
  context.reportActivity(source.name, null)
}
