import type { Engine } from './engine.ts'

export interface MeteredEngine {
  /** Runs tasks in the given engine's processes. */
  engine: Engine
  /** CPU time of the tasks that have ended, milliseconds; those whose process died are not in it. */
  cpuMs(): number
}

/** Counts what one user of a shared engine costs. */
export function meteredEngine(engine: Engine): MeteredEngine {
  let cpuMs = 0
  return {
    engine: {
      ...engine,
      run: (name, payload, options = {}) =>
        engine.run(name, payload, {
          ...options,
          onUsage: (usage) => {
            cpuMs += usage.cpuMs
            options.onUsage?.(usage)
          },
        }),
    },
    cpuMs: () => cpuMs,
  }
}
