import type { Database } from '#lib/db.ts'
import type { Engine } from '#lib/engine/engine.ts'
import { meteredEngine } from '#lib/engine/metered-engine.ts'
import { type CpuTime, CpuTimeSchema } from './run-types.ts'

export interface CpuMeter {
  /** The engine, with what it does counted as this run's. */
  metered(engine: Engine): Engine
  /** Writes to the run's row what it cost up to now. */
  record(): Promise<void>
}

/** Starts counting what a run costs, on top of what its interrupted tries did. */
export async function startCpuMeter(db: Database, runId: string): Promise<CpuMeter> {
  const run = await db.run.findUniqueOrThrow({ where: { id: runId }, select: { cpu: true } })
  const earlier = CpuTimeSchema.safeParse(run.cpu).data ?? { engineMs: 0, workerMs: 0 }
  const started = process.cpuUsage()
  const engines: (() => number)[] = []
  return {
    metered: (engine) => {
      const { engine: counted, cpuMs } = meteredEngine(engine)
      engines.push(cpuMs)
      return counted
    },
    record: async () => {
      const { user, system } = process.cpuUsage(started)
      const engineMs = engines.reduce((sum, cpuMs) => sum + cpuMs(), 0)
      const cpu: CpuTime = {
        engineMs: earlier.engineMs + Math.round(engineMs),
        workerMs: earlier.workerMs + Math.round((user + system) / 1_000),
      }
      await db.run.update({ where: { id: runId }, data: { cpu } })
    },
  }
}
