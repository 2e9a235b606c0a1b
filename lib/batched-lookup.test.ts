import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { BatchedLookup } from './batched-lookup.ts'

it('asks for what arrives together at once, and for what arrives later in the next question', async () => {
  const questions: number[][] = []
  const first = Promise.withResolvers<void>()
  const lookup = new BatchedLookup<number, string>(async (keys) => {
    questions.push([...keys])
    if (questions.length === 1) await first.promise
    return keys.map((key) => `found ${key}`)
  })
  const early = [lookup.find(1), lookup.find(2)]
  await nextTurn()
  await nextTurn()
  const late = [lookup.find(3), lookup.find(1)]
  first.resolve()
  expect(await Promise.all([...early, ...late])).toEqual(['found 1', 'found 2', 'found 3', 'found 1'])
  expect(questions).toEqual([
    [1, 2],
    [3, 1],
  ])
  expect(await lookup.find(4)).toBe('found 4')
})

it('fails those whose question failed, and goes on', async () => {
  let fails = true
  const lookup = new BatchedLookup<number, number>(async (keys) => {
    if (fails) throw new Error('away')
    return keys
  })
  const [one, other] = await Promise.allSettled([lookup.find(1), lookup.find(2)])
  expect([one.status, other.status]).toEqual(['rejected', 'rejected'])
  fails = false
  expect(await lookup.find(3)).toBe(3)
})
