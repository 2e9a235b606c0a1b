import { expect, it } from 'vitest'
import { graphLayout, laneColour } from './graph-layout.ts'

it('gives each lane a place of its own as long as lines can be told apart', () => {
  expect(graphLayout(1)).toEqual({ width: 14, laneWidth: 14, lanes: 1, bundled: false })
  expect(graphLayout(5)).toMatchObject({ width: 70, lanes: 5, bundled: false })
  expect(graphLayout(13)).toMatchObject({ width: 78, laneWidth: 6, lanes: 13, bundled: false })
  for (let lanes = 1; lanes < 40; lanes += 1) {
    const layout = graphLayout(lanes)
    expect(layout.width).toBeLessThanOrEqual(84)
    expect(layout.bundled).toBe(lanes > layout.lanes)
  }
})

it('keeps the colour of the history to it, and neighbours apart', () => {
  for (let lane = 1; lane < 30; lane += 1) {
    expect(laneColour(lane)).not.toBe(laneColour(0))
    expect(laneColour(lane)).not.toBe(laneColour(lane + 1))
  }
})
