'use client'

import { useTranslations } from 'next-intl'
import type { TableHealth } from '#lib/api/catalog-schemas.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

export const partNames = ['smallFiles', 'deletes', 'manifests', 'snapshots', 'skew'] as const
export type PartName = (typeof partNames)[number]
const byteInputs = new Set(['largestBytes', 'meanBytes'])

/** The parts of a score in words: what they find now, their formulas and what they take away. */
export function usePartText(health: TableHealth) {
  const t = useTranslations('policies.health')
  const format = useFormat()
  const inputsOf = (name: PartName) =>
    Object.fromEntries(
      Object.entries(health.parts[name].inputs).map(([key, value]) => [
        key,
        byteInputs.has(key) ? format.bytes(value) : format.number(value),
      ]),
    )
  return {
    label: (name: PartName) => t(`part.${name}`),
    now: (name: PartName) => t(`now.${name}`, inputsOf(name)),
    formula: (name: PartName) => t(`formula.${name}`, { most: health.parts[name].most, ...inputsOf(name) }),
    points: (name: PartName) => {
      const { points } = health.parts[name]
      return points === 0 ? '0' : `−${format.number(points)}`
    },
  }
}

/** Every part of the score: what it takes away, the numbers it works on, its formula. */
export function HealthParts({ health }: { health: TableHealth }) {
  const text = usePartText(health)
  return (
    <ul className="divide-y divide-line">
      {partNames.map((name) => {
        const { points, most } = health.parts[name]
        return (
          <li key={name} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[6rem_7rem_minmax(0,1fr)]">
            <span className="font-medium text-sm">{text.label(name)}</span>
            <span className="flex h-5 items-center gap-2 text-sm tabular-nums">
              <span className="h-1.5 w-14 overflow-hidden rounded-full bg-hover" aria-hidden>
                <span
                  className={cn('block h-full', points > most / 2 ? 'bg-bad' : 'bg-warn')}
                  style={{ width: `${(100 * points) / most}%` }}
                />
              </span>
              {text.points(name)}
            </span>
            <span className="min-w-0 text-sm">
              <span className="block">{text.now(name)}</span>
              <span className="block text-faint text-xs">{text.formula(name)}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
