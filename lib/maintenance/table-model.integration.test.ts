import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { TableModel } from './test-support/table-model.ts'

/** `npm run test:model` takes 10,000; MODEL_SEED repeats a run that failed. */
const steps = Number(process.env.MODEL_STEPS ?? 300)
const seed = Number(process.env.MODEL_SEED ?? 20_250_701)
const versions = ['2', '3'] as const

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

it.each(versions)(
  'a table of format version %s is what its history says, whatever happens to it',
  { timeout: steps * 10_000 },
  async (version) => {
    const model = await TableModel.create(lake, version, seed)
    try {
      for (let step = 0; step < steps / versions.length; step += 1) await model.step()
      await model.finish()
    } catch (error) {
      const last = model.log.slice(-40).join('\n')
      throw new Error(`MODEL_SEED=${seed}, after ${model.log.length} operations:\n${last}`, { cause: error })
    }
    expect(model.crashes).toBeGreaterThan(steps / 50)
  },
)
