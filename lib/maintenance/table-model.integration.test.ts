import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestLakehouse, type Lakehouse } from '../../e2e/harness/lakehouse.ts'
import { TableModel } from './test-support/table-model.ts'

/** `npm run test:model` takes 10,000; MODEL_SEED repeats a run that failed. */
const steps = Number(process.env.MODEL_STEPS ?? 300)
const seed = Number(process.env.MODEL_SEED ?? 20_250_701)
const versions = ['2', '3'] as const
/** A table that has been through more is as slow to compare as it is old, and finds no more than another one does. */
const stepsOfTable = 250
const tables = Math.ceil(steps / versions.length / stepsOfTable)

let lake: Lakehouse
beforeAll(async () => {
  lake = await createTestLakehouse()
})
afterAll(() => lake.close())

it.each(
  Array.from({ length: tables }, (_, index) => seed + index).flatMap((own) =>
    versions.map((version) => [version, own] as const),
  ),
)(
  'a table of format version %s is what its history says, whatever happens to it (seed %i)',
  { timeout: stepsOfTable * 20_000 },
  async (version, own) => {
    const model = await TableModel.create(lake, version, own)
    const length = Math.round(steps / versions.length / tables)
    try {
      for (let step = 0; step < length; step += 1) await model.step()
      await model.finish()
    } catch (error) {
      const last = model.log.slice(-40).join('\n')
      throw new Error(`MODEL_SEED=${own}, after ${model.log.length} operations:\n${last}`, { cause: error })
    }
    expect(model.crashes).toBeGreaterThan(length / 25)
  },
)
