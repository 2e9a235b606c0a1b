import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { uniqueViolation } from './built-in-rules.ts'
import { formatIdentifier, type TableIdentifier } from './catalog.ts'

type Kind = 'table' | 'view'

const shown: Record<Kind, string> = { table: 'Table', view: 'View' }

interface WantedName {
  identifier: TableIdentifier
  /** What was to get the name. */
  wanted: Kind
  /** The name it has now, when it was to be renamed. */
  from?: TableIdentifier
}

const Violation = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ constraint: z.object({ index: z.string() }) }) }),
  }),
})

/** Indexes and the trigger that tables and views share are named after whose name it is. */
function ownerOf(violation: unknown): Kind {
  const parsed = Violation.safeParse(violation)
  const index = parsed.data?.meta.driverAdapterError.cause.constraint.index
  return index?.startsWith('IcebergView_') ? 'view' : 'table'
}

/** Tables and views share their names: what a violation of that means, with whose name it is; null for other errors. */
export function nameTaken(error: unknown, { identifier, wanted, from }: WantedName): AppError | null {
  if (!uniqueViolation(error)) return null
  const owner = ownerOf(error)
  const name = formatIdentifier(identifier)
  const exists = owner === wanted ? 'already exists' : 'with same name already exists'
  const message = from
    ? `Cannot rename ${formatIdentifier(from)} to ${name}. ${shown[owner]} already exists`
    : `${shown[owner]} ${exists}: ${name}`
  return new AppError('already-exists', message, { cause: error })
}
