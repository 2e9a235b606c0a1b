import { supervise } from './runtime/supervisor.ts'

/** All workers of one machine; start it on as many machines as you like. */
await supervise(
  (['ingest', 'commit', 'maintain', 'pipeline'] as const).map((kind) => ({
    kind,
    entry: new URL(`./${kind}.ts`, import.meta.url),
  })),
)
