import type { ListedSnapshot } from '#lib/api/catalog-schemas.ts'

/** As high as a row of a list, so that lines meet. */
const height = 36
const laneWidth = 14
/** Lanes beyond these are drawn over the last: a phone has room for as many beside an id. */
const mostLanes = 5

const colours = ['var(--chart-1)', 'var(--chart-2)', 'var(--chart-3)', 'var(--chart-4)', 'var(--chart-5)']
const shown = (lane: number): number => Math.min(lane, mostLanes - 1)
const x = (lane: number): number => laneWidth * (shown(lane) + 0.5)
const colour = (lane: number): string => colours[shown(lane)] ?? 'var(--chart-1)'

/** A snapshot's dot with the lines that lead to it and past it. */
export function GraphCell({ snapshot }: { snapshot: ListedSnapshot }) {
  const { graph, current, inHistory } = snapshot
  if (!graph) return null
  const { lane, from, through, parent } = graph
  const middle = height / 2
  const width = laneWidth * Math.min(mostLanes, graph.lanes)
  return (
    <>
      {/* The cell clips what is in its flow: the drawing lies over it, so that the lines of rows meet. */}
      <span style={{ width }} className="shrink-0" />
      <svg
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        fill="none"
        strokeWidth={2}
        className="absolute top-0 left-4"
        aria-hidden
      >
        {through.map((other) => (
          <path key={other} d={`M${x(other)} 0V${height}`} stroke={colour(other)} />
        ))}
        {from.map((other) => (
          <path
            key={other}
            d={
              x(other) === x(lane)
                ? `M${x(lane)} 0V${middle}`
                : `M${x(other)} 0C${x(other)} ${middle} ${x(lane)} 6 ${x(lane)} ${middle}`
            }
            stroke={colour(other)}
          />
        ))}
        {parent !== 'none' && (
          <path
            d={`M${x(lane)} ${middle}V${height}`}
            stroke={colour(lane)}
            {...(parent === 'gone' ? { strokeDasharray: '2 3' } : {})}
          />
        )}
        <circle
          cx={x(lane)}
          cy={middle}
          r={current ? 5 : 4}
          fill={inHistory ? colour(lane) : 'var(--surface)'}
          stroke={colour(lane)}
        />
      </svg>
    </>
  )
}
