import { AppError } from '../../errors.ts'
import type { ViewMetadata } from './view-metadata.ts'
import type { ViewRequirement } from './view-update.ts'

/**
 * Checks what a commit requires of the view.
 * @throws AppError `conflict`, not retryable: another view took the name
 */
export function checkViewRequirements(
  metadata: ViewMetadata,
  requirements: readonly ViewRequirement[],
): void {
  for (const { uuid } of requirements) {
    if (uuid.toLowerCase() === metadata.viewUuid.toLowerCase()) continue
    throw new AppError(
      'conflict',
      `Requirement failed: view UUID does not match: expected ${metadata.viewUuid} != ${uuid}. Another view has this name now; load it again.`,
    )
  }
}
