'use client'

import { useTranslations } from 'next-intl'
import type { TableHealth } from '#lib/api/catalog-schemas.ts'
import { cn } from '#lib/client/cn.ts'
import { useFormat } from '#lib/client/use-format.ts'

const partNames = ['smallFiles', 'deletes', 'manifests', 'snapshots', 'skew'] as const
const byteInputs = new Set(['largestBytes', 'meanBytes'])

/** Every part of the score: what it takes away, the numbers it works on, its formula. */
export function HealthParts({ health }: { health: TableHealth }) {
  const t = useTranslations('policies.health')
  const format = useFormat()
  return (
    <ul className="divide-y divide-line">
      {partNames.map((name) => {
        const { points, most, inputs } = health.parts[name]
        const shown = Object.fromEntries(
          Object.entries(inputs).map(([key, value]) => [
            key,
            byteInputs.has(key) ? format.bytes(value) : format.number(value),
          ]),
        )
        return (
          <li key={name} className="grid gap-x-4 gap-y-1 py-2 sm:grid-cols-[10rem_7rem_minmax(0,1fr)]">
            <span className="font-medium text-sm">{t(`part.${name}`)}</span>
            <span className="flex items-center gap-2 text-sm tabular-nums">
              <span className="h-1.5 w-14 overflow-hidden rounded-full bg-hover" aria-hidden>
                <span
                  className={cn('block h-full', points > most / 2 ? 'bg-bad' : 'bg-warn')}
                  style={{ width: `${(100 * points) / most}%` }}
                />
              </span>
              {points === 0 ? '0' : `−${format.number(points)}`}
            </span>
            <span className="min-w-0 text-sm">
              <span className="block">{t(`now.${name}`, shown)}</span>
              <span className="block text-faint text-xs">{t(`formula.${name}`, { most, ...shown })}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
