'use client'

import { useTranslations } from 'next-intl'
import { useMemo, useState } from 'react'
import { Card } from '#components/ui/card.tsx'
import { Segmented } from '#components/ui/segmented.tsx'
import type { PartitionItem } from '#lib/api/catalog-schemas.ts'
import { useFormat } from '#lib/client/use-format.ts'
import { type HourCell, type HourGrid, hourGrid } from './hour-grid.ts'

const measures = {
  rows: (item: PartitionItem) => item.rows,
  files: (item: PartitionItem) => item.files,
  averageFileBytes: (item: PartitionItem) => item.averageFileBytes,
} as const
type Measure = keyof typeof measures
const labels = { rows: 'rows', files: 'files', averageFileBytes: 'average' } as const

const [cell, gap, left, top] = [14, 2, 26, 18]
const step = cell + gap
/** Few days get wider cells, so that the grid fills its card. */
const cellWidth = (days: number): number => Math.min(30, Math.max(cell, Math.floor(1_000 / days) - gap))
/** Room for the last day's label. */
const right = 20
const hours = [...Array(24).keys()]

/** Each stretch of days names its first one, then every seventh, unless the next stretch begins right after. */
function hasLabel(days: HourGrid['days'], column: number): boolean {
  const start = days.lastIndexOf(null, column) + 1
  return (column - start) % 7 === 0 && !days.slice(column + 1, column + 2).includes(null)
}

/** Rows, files or file size of each hour as a grid of days: late, missing and crowded hours stand out. */
export function PartitionHeat({
  partitions,
  hrefOf,
  onSelect,
}: {
  partitions: readonly PartitionItem[]
  hrefOf: (item: PartitionItem) => string
  onSelect: (item: PartitionItem) => void
}) {
  const t = useTranslations('catalog.heat')
  const [measure, setMeasure] = useState<Measure>('rows')
  const grid = useMemo(() => hourGrid(partitions), [partitions])
  if (!grid) return null
  return (
    <Card
      title={t('title')}
      description={t('hint')}
      actions={
        <Segmented
          label={t('measure')}
          value={measure}
          onChange={setMeasure}
          options={(Object.keys(labels) as Measure[]).map((value) => ({ value, label: t(labels[value]) }))}
        />
      }
    >
      <Grid grid={grid} measure={measure} hrefOf={hrefOf} onSelect={onSelect} />
    </Card>
  )
}

function Grid({
  grid,
  measure,
  hrefOf,
  onSelect,
}: {
  grid: HourGrid
  measure: Measure
  hrefOf: (item: PartitionItem) => string
  onSelect: (item: PartitionItem) => void
}) {
  const t = useTranslations('catalog.heat')
  const format = useFormat()
  const [hovered, setHovered] = useState<HourCell | null>(null)
  const value = measures[measure]
  const values = [...grid.cells.values()].map(({ item }) => value(item)).sort((a, b) => a - b)
  const highest = Math.max(1, values.at(-1) ?? 1)
  // One hour that dwarfs the rest would turn all others pale: shades go by the logarithm then.
  const uneven = highest > 20 * (values[Math.floor(values.length / 2)] ?? 1)
  const shareOf = (item: PartitionItem) =>
    uneven ? Math.log1p(value(item)) / Math.log1p(highest) : value(item) / highest
  const wide = cellWidth(grid.days.length)
  const width = left + grid.days.length * (wide + gap) + right
  const show = (item: PartitionItem) =>
    measure === 'averageFileBytes' ? format.bytes(value(item)) : format.number(value(item))
  return (
    <div className="flex flex-col gap-2">
      <figure
        className="scroll-thin m-0 overflow-x-auto"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by keyboard
        tabIndex={0}
        aria-label={t('label', { days: grid.days.filter((day) => day !== null).length })}
      >
        {/* Each cell's numbers are in the list below, which is the way for keyboards and screen readers. */}
        <svg width={width} height={top + 24 * step} aria-hidden onMouseLeave={() => setHovered(null)}>
          {hours
            .filter((hour) => hour % 6 === 0)
            .map((hour) => (
              <text
                key={hour}
                x={left - 6}
                y={top + hour * step + cell - 3}
                textAnchor="end"
                className="fill-faint text-[10px]"
              >
                {String(hour).padStart(2, '0')}
              </text>
            ))}
          {grid.days.map((day, column) =>
            day === null ? (
              <path
                key={`break-${grid.days[column + 1]}`}
                d={`M${left + column * (wide + gap) + wide / 2} ${top}v${24 * step - gap}`}
                className="stroke-line-strong"
                strokeDasharray="2 4"
              />
            ) : (
              <g key={day} transform={`translate(${left + column * (wide + gap)} 0)`}>
                {hasLabel(grid.days, column) && (
                  <text x={0} y={11} className="fill-faint text-[10px]">
                    {`${Number(day.slice(5, 7))}/${Number(day.slice(8))}`}
                  </text>
                )}
                {hours.map((hour) => {
                  const found = grid.cells.get(`${day}T${hour}`)
                  if (!found) {
                    return (
                      <rect
                        key={hour}
                        y={top + hour * step}
                        width={wide}
                        height={cell}
                        rx={2}
                        className="fill-subtle"
                      />
                    )
                  }
                  const share = 0.12 + 0.88 * shareOf(found.item)
                  return (
                    <a
                      key={hour}
                      href={hrefOf(found.item)}
                      tabIndex={-1}
                      aria-label={`${day} ${hour}`}
                      onMouseEnter={() => setHovered(found)}
                      onClick={(event) => {
                        event.preventDefault()
                        onSelect(found.item)
                      }}
                    >
                      <rect
                        y={top + hour * step}
                        width={wide}
                        height={cell}
                        rx={2}
                        fill={`color-mix(in oklab, var(--accent) ${Math.round(share * 100)}%, var(--subtle))`}
                        className="hover:stroke-2 hover:stroke-ink"
                      />
                    </a>
                  )
                })}
              </g>
            ),
          )}
        </svg>
      </figure>
      <div className="flex min-h-5 flex-wrap items-center justify-between gap-x-4 text-faint text-xs">
        <span>
          {hovered
            ? `${hovered.day} ${String(hovered.hour).padStart(2, '0')}:00 · ${show(hovered.item)} · ${t('filesOf', { count: format.number(hovered.item.files) })}`
            : t('choose')}
        </span>
        <span className="flex items-center gap-1.5">
          <span>{t(labels[measure])}</span>0
          <span className="h-2 w-24 rounded-sm bg-linear-to-r from-subtle to-accent" />
          {measure === 'averageFileBytes' ? format.bytes(highest) : format.compact(highest)}
        </span>
      </div>
    </div>
  )
}
