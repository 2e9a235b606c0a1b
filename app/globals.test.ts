import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const css = readFileSync(path.join(import.meta.dirname, 'globals.css'), 'utf8')

/** The six-digit colours of the block that opens with `selector`. */
function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('}', 1)[0] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  )
}

/** Relative luminance, WCAG 2.2. */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['canvas', 'surface', 'subtle', 'hover']
const textPairs: [text: string, surface: string][] = [
  ...['ink', 'soft', 'faint', 'accent'].flatMap((text) =>
    surfaces.map((surface): [string, string] => [text, surface]),
  ),
  ...['ok', 'warn', 'bad', 'accent'].flatMap((text): [string, string][] => [
    [text, 'surface'],
    [text, `${text}-soft`],
  ]),
  ['ink', 'accent-soft'],
  ['soft', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-bad', 'bad'],
]

describe.each([
  ['light', ':root'],
  ['dark', '.dark'],
])('%s theme', (_, selector) => {
  const colors = tokens(selector)

  it.each(textPairs)('%s on %s can be read (4.5:1)', (text, surface) => {
    expect(contrast(colors[text] ?? '', colors[surface] ?? '')).toBeGreaterThanOrEqual(4.5)
  })

  it.each(['line-strong', 'accent', 'ok', 'warn', 'bad', 'chart-1', 'chart-2'])(
    '%s can be seen on the surface (3:1)',
    (name) => {
      expect(contrast(colors[name] ?? '', colors.surface ?? '')).toBeGreaterThanOrEqual(3)
    },
  )
})
