import { useTranslations } from 'next-intl'
import type { ListedSnapshot } from '#lib/api/catalog-schemas.ts'
import { graphLayout, laneColour } from './graph-layout.ts'

/** As high as a row of a list, so that lines meet. */
const height = 36

/** A snapshot's dot with the lines that lead to it and past it, and the name of its line. */
export function GraphCell({ snapshot }: { snapshot: ListedSnapshot }) {
  const t = useTranslations('catalog.snapshots')
  const { graph, current, inHistory, refs } = snapshot
  if (!graph) return null
  const { lane, line, from, through, parent } = graph
  const { width, laneWidth, lanes, bundled } = graphLayout(graph.lanes)
  const last = lanes - 1
  const shown = (one: number): number => Math.min(one, last)
  const isShared = (one: number): boolean => bundled && one >= last
  const x = (one: number): number => laneWidth * (shown(one) + 0.5)
  // What shares a place belongs to no line alone.
  const stroke = (one: number) =>
    isShared(one) ? { stroke: 'var(--faint)', strokeDasharray: '3 2' } : { stroke: laneColour(one) }
  const passing = [...new Map(through.map((one) => [shown(one), one])).values()]
  const middle = height / 2
  const radius = Math.min(4, laneWidth / 2 - 0.5)
  return (
    <>
      {/* The cell clips what is in its flow: the drawing lies over it, so that the lines of rows meet. */}
      <span style={{ width }} className="shrink-0" />
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        fill="none"
        strokeWidth={laneWidth < 9 ? 1.5 : 2}
        className="absolute top-0 left-4"
        aria-hidden
      >
        {passing.map((other) => (
          <path key={other} d={`M${x(other)} 0V${height}`} {...stroke(other)} />
        ))}
        {from.map((other) => (
          <path
            key={other}
            d={
              x(other) === x(lane)
                ? `M${x(lane)} 0V${middle}`
                : `M${x(other)} 0C${x(other)} ${middle} ${x(lane)} 6 ${x(lane)} ${middle}`
            }
            {...stroke(other)}
          />
        ))}
        {parent !== 'none' && (
          <path
            d={`M${x(lane)} ${middle}V${height}`}
            {...stroke(lane)}
            {...(parent === 'gone' ? { strokeDasharray: '2 3' } : {})}
          />
        )}
        <circle
          cx={x(lane)}
          cy={middle}
          r={current ? radius + 1 : radius}
          fill={inHistory ? laneColour(lane) : 'var(--surface)'}
          stroke={isShared(lane) ? 'var(--faint)' : laneColour(lane)}
        />
      </svg>
      {line !== null && refs.length === 0 && (
        <span title={t('onLine', { name: line })} className="max-w-28 truncate text-faint text-xs">
          {line}
        </span>
      )}
    </>
  )
}
