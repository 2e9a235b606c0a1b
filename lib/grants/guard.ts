import type { Actor } from '#lib/auth/actor.ts'
import { AppError } from '#lib/errors.ts'
import { formatIdentifier, type TableIdentifier } from '#lib/iceberg/catalog/catalog.ts'
import { type CatalogProblem, catalogProblem } from '#lib/iceberg/catalog/problem.ts'
import { allowsWrite, type CatalogAccess } from './access.ts'

const missing = (problem: CatalogProblem, what: string, name: string): AppError =>
  catalogProblem('not-found', problem, `${what} does not exist: ${name}`)

/**
 * Refuses what an actor may not see as if it were not there, word for word, and what they may only read as forbidden.
 * @throws AppError `not-found`, `forbidden`
 */
export class Guard {
  readonly access: CatalogAccess
  readonly #actor: Actor

  constructor(access: CatalogAccess, actor: Actor) {
    this.access = access
    this.#actor = actor
  }

  seeNamespace(levels: string[]): void {
    if (!this.access.seesNamespace(levels)) throw missing('no-namespace', 'Namespace', levels.join('.'))
  }

  changeNamespace(levels: string[]): void {
    this.seeNamespace(levels)
    if (!allowsWrite(this.access.toNamespace(levels))) throw this.readOnly(`namespace ${levels.join('.')}`)
  }

  see(kind: 'table' | 'view', identifier: TableIdentifier): void {
    if (this.access.seesTable(identifier.namespace, identifier.name)) return
    const name = formatIdentifier(identifier)
    throw kind === 'table' ? missing('no-table', 'Table', name) : missing('no-view', 'View', name)
  }

  change(kind: 'table' | 'view', identifier: TableIdentifier): void {
    this.see(kind, identifier)
    if (!allowsWrite(this.access.toTable(identifier.namespace, identifier.name))) {
      throw this.readOnly(`${kind} ${formatIdentifier(identifier)}`)
    }
  }

  /** A table or view may be made where the namespace may be changed, unless its name is closed to the actor. */
  make({ namespace, name }: TableIdentifier): void {
    this.changeNamespace(namespace)
    if (!allowsWrite(this.access.toTable(namespace, name))) {
      throw new AppError(
        'forbidden',
        `${this.#actor.name} may not use the name ${name} here. Choose another one.`,
      )
    }
  }

  readOnly(what: string): AppError {
    return new AppError(
      'forbidden',
      `${this.#actor.name} may not change the ${what}. Ask an administrator for a grant to write.`,
    )
  }
}
