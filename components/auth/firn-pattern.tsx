import { cn } from '#lib/client/cn.ts'

const columns = 13
const rows = 19
const size = 40
const rowStep = size * Math.sqrt(3) * 0.5
const viewWidth = columns * size
const viewHeight = rows * rowStep

/** The same numbers on every machine, so that server and browser draw the same picture. */
const noise = (a: number, b: number): number => {
  const value = Math.sin(a * 127.1 + b * 311.7) * 43758.5453
  return value - Math.floor(value)
}

function hexagon(x: number, y: number, radius: number, turn: number): string {
  const corners = Array.from({ length: 6 }, (_, corner) => {
    const angle = turn + (Math.PI / 3) * corner + Math.PI / 6
    return `${(x + radius * Math.cos(angle)).toFixed(1)} ${(y + radius * Math.sin(angle)).toFixed(1)}`
  })
  return `M${corners.join('L')}Z`
}

const grains = Array.from({ length: rows * (columns + 1) }, (_, index) => {
  const row = Math.floor(index / (columns + 1))
  const column = index % (columns + 1)
  const depth = row / (rows - 1)
  const loose = (1 - depth) ** 2
  const x = (column + (row % 2 ? 0.5 : 0)) * size + (noise(row, column) - 0.5) * size * 0.9 * loose
  const y = (row + 0.5) * rowStep + (noise(column, row) - 0.5) * rowStep * 0.9 * loose
  const full = size / Math.sqrt(3)
  const radius = full * (0.07 + 0.9 * depth ** 1.25) * (1 - 0.25 * loose * noise(row + 7, column))
  return { key: index, path: hexagon(x, y, radius, noise(row, column + 3) * loose), depth }
})

/** Snow above, ice below: loose flakes that grow into grains and close into a solid. */
export function FirnPattern({ className }: { className?: string }) {
  return (
    <svg
      viewBox={`0 0 ${viewWidth} ${viewHeight}`}
      preserveAspectRatio="xMidYMax slice"
      className={cn('text-accent', className)}
      aria-hidden="true"
    >
      {grains.map(({ key, path, depth }) => (
        <path
          key={key}
          d={path}
          fill="currentColor"
          fillOpacity={(0.5 - 0.36 * depth + 0.06 * noise(key, 1)).toFixed(3)}
          stroke="currentColor"
          strokeOpacity={(0.15 + 0.4 * depth).toFixed(3)}
          strokeWidth="1"
        />
      ))}
    </svg>
  )
}
