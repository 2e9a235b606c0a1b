import type { Transaction } from '#lib/db.ts'
import { AppError } from '#lib/errors.ts'

/**
 * Serialises changes of people for the rest of the transaction, so that two admins who demote each other at the same
 * moment do not both succeed.
 */
export async function lockPeople(tx: Transaction): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('firn.people'))`
}

/** @throws AppError `conflict` when nobody but `userId` is an admin who may sign in */
export async function assertAnotherAdmin(tx: Transaction, userId: string): Promise<void> {
  const others = await tx.user.count({ where: { role: 'admin', banned: false, NOT: { id: userId } } })
  if (others > 0) return
  throw new AppError(
    'conflict',
    'This is the last admin who can sign in. Make somebody else an admin first, then try again.',
  )
}
