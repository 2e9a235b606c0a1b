import type { DataFile } from '../spec/data-file.ts'
import { typedPartitionFields } from '../spec/partition-type.ts'
import { specById, type TableMetadata } from '../spec/table-metadata.ts'
import type { BoundExpression, Predicate } from './bind.ts'
import { predicatesOf } from './bind.ts'
import { projectFilter } from './project-filter.ts'
import { fileMayMatch, partitionMayMatch } from './prune.ts'

/** A test whether a data file may have rows for a filter, by its partition, counts and bounds. False is certain. */
export function mayHaveRows(metadata: TableMetadata, filter: BoundExpression): (file: DataFile) => boolean {
  const plan = (specId: number) => {
    const fields = typedPartitionFields(specById(metadata, specId), metadata.schemas)
    const project = (expression: BoundExpression) => projectFilter(expression, fields)
    const projections = new Map<Predicate, BoundExpression>(
      predicatesOf(filter).map((predicate) => [predicate, project({ op: 'predicate', predicate })]),
    )
    return { fields, partitionFilter: project(filter), projections }
  }
  const plans = new Map<number, ReturnType<typeof plan>>()
  return (file) => {
    const known = plans.get(file.specId) ?? plan(file.specId)
    plans.set(file.specId, known)
    const { fields, partitionFilter, projections } = known
    if (!partitionMayMatch(file, fields, partitionFilter)) return false
    return fileMayMatch(file, filter, (predicate) => {
      const projection = projections.get(predicate)
      return !projection || partitionMayMatch(file, fields, projection)
    })
  }
}
