import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { MaintenancePolicySchema } from '#lib/maintenance/maintenance-policy.ts'
import {
  itemKinds,
  PlanOptionsSchema,
  PlanSummarySchema,
  planActions,
  planStates,
  quarantineStates,
} from '#lib/maintenance/plans/plan-types.ts'
import { ProblemSchema } from '#lib/runs/run-types.ts'
import { RunSchema, TableLinkSchema } from './runs.ts'

const tags = ['maintenance']
const name = z.string().min(1).max(256)
const Id = z.object({ id: z.uuid() })

/** One or more values, separated by commas or given again. */
const severalOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((value) => (Array.isArray(value) ? value : value.split(',')))
    .pipe(z.array(z.enum(values)))

export const compactTable = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/compact',
  role: 'engineer',
  summary: 'Merge the small files of a table now',
  description:
    'Queues a run that merges any two or more small files of a partition. A table has one compaction at a time: while one waits or runs, its run is returned with `started` false.',
  tags,
  params: z.object({ catalog: name, namespace: name, table: name }),
  response: z.object({ runId: z.uuid(), started: z.boolean() }),
  status: 202,
  audit: 'table.compact',
})

export const PlanSchema = z
  .object({
    id: z.uuid(),
    action: z.enum(planActions),
    table: TableLinkSchema,
    state: z.enum(planStates).meta({
      description:
        'planning: a worker makes it; draft: it can be applied; awaiting-approval, approved; applying, applied; undone: its run was restored; nothing-to-do; refused; superseded: the table changed or a newer plan was made; failed',
    }),
    trigger: z.string(),
    requestedBy: z.string(),
    autoApply: z.boolean(),
    policy: MaintenancePolicySchema,
    snapshotId: z.string().nullable().meta({ description: 'The current snapshot when it was made.' }),
    hash: z.string().nullable().meta({
      description: 'Stands for exactly what the plan does; deciding and applying ask for it.',
    }),
    summary: PlanSummarySchema,
    problem: ProblemSchema.nullable(),
    decidedBy: z.string().nullable(),
    decidedAt: z.iso.datetime().nullable(),
    runId: z.uuid().nullable(),
    run: RunSchema.pick({ state: true, before: true, after: true, cpu: true, canary: true })
      .nullable()
      .meta({ description: 'What became of it: measures before and after, CPU time and the canary query.' }),
    createdAt: z.iso.datetime(),
    plannedAt: z.iso.datetime().nullable(),
    appliedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'MaintenancePlan' })
export type PlanView = z.infer<typeof PlanSchema>

export const createPlan = contract({
  method: 'POST',
  path: '/api/v1/maintenance/plans',
  role: 'engineer',
  summary: 'Plan an action on a table: a dry run, until the plan is applied',
  description:
    'A worker makes the plan; poll it until its state is no longer `planning`. Nothing of the table changes. While a plan of the same action is made or applied, that one is returned with `created` false.',
  tags,
  body: z.object({
    catalog: name,
    namespace: name.meta({ description: 'Levels joined by "."; by U+001F where a level has a dot itself.' }),
    table: name,
    action: z.enum([
      'compaction',
      'tag-snapshots',
      'expire-snapshots',
      'remove-orphan-files',
      'rewrite-manifests',
      'delete-old-rows',
    ]),
    options: PlanOptionsSchema.optional(),
  }),
  response: z.object({ planId: z.uuid(), created: z.boolean() }),
  status: 202,
  audit: 'plan.create',
})

export const listPlans = contract({
  method: 'GET',
  path: '/api/v1/maintenance/plans',
  role: 'viewer',
  summary: 'Plans of maintenance, newest first',
  tags,
  query: PageQuerySchema.omit({ sort: true }).extend({
    state: severalOf(planStates).optional(),
    action: severalOf(planActions).optional(),
    table: z.uuid().optional(),
  }),
  response: pageOf(PlanSchema),
})

export const getPlan = contract({
  method: 'GET',
  path: '/api/v1/maintenance/plans/{id}',
  role: 'viewer',
  summary: 'A plan: what will happen in numbers',
  tags,
  params: Id,
  response: PlanSchema,
})

const PlanItemSchema = z
  .object({ position: z.number().int(), kind: z.enum(itemKinds), location: z.string(), bytes: z.number() })
  .meta({ id: 'MaintenancePlanItem' })
export type PlanItemView = z.infer<typeof PlanItemSchema>

export const listPlanItems = contract({
  method: 'GET',
  path: '/api/v1/maintenance/plans/{id}/items',
  role: 'viewer',
  summary: 'The files a plan is about',
  tags,
  params: Id,
  query: PageQuerySchema.omit({ sort: true }).extend({ kind: severalOf(itemKinds).optional() }),
  response: pageOf(PlanItemSchema),
})

const PlanGroupSchema = z
  .object({
    position: z.number().int(),
    name: z.string().meta({ description: 'Of its partition.' }),
    files: z.number(),
    bytes: z.number(),
    rows: z.number().meta({ description: 'By the manifests: rows that deletes apply to are counted.' }),
    deletesApplied: z.number(),
    deletesRemoved: z.number(),
  })
  .meta({ id: 'MaintenancePlanGroup' })
export type PlanGroupView = z.infer<typeof PlanGroupSchema>

export const listPlanGroups = contract({
  method: 'GET',
  path: '/api/v1/maintenance/plans/{id}/groups',
  role: 'viewer',
  summary:
    'The groups of files that a planned compaction merges: sealed partitions first, then those that save most',
  tags,
  params: Id,
  query: PageQuerySchema.omit({ sort: true }),
  response: pageOf(PlanGroupSchema),
})

const Reviewed = z.object({
  hash: z.string().min(1).max(64).meta({ description: 'The `hash` of the plan as it was reviewed.' }),
})

export const applyPlan = contract({
  method: 'POST',
  path: '/api/v1/maintenance/plans/{id}/apply',
  role: 'engineer',
  summary: 'Apply a plan',
  description:
    'Queues a run that does exactly what the plan says, or nothing: 409 here when the hash is another one or the plan is not to be applied (any more); the run fails with a conflict, and the plan is superseded, when the table has changed so that the plan no longer holds.',
  tags,
  params: Id,
  body: Reviewed,
  response: z.object({ runId: z.uuid() }),
  status: 202,
  audit: 'plan.apply',
})

export const approvePlan = contract({
  method: 'POST',
  path: '/api/v1/maintenance/plans/{id}/approve',
  role: 'engineer',
  summary: 'Approve a plan that waits for it',
  description: 'Not by the person who asked for the plan.',
  tags,
  params: Id,
  body: Reviewed,
  response: PlanSchema,
  audit: 'plan.approve',
})

export const refusePlan = contract({
  method: 'POST',
  path: '/api/v1/maintenance/plans/{id}/refuse',
  role: 'engineer',
  summary: 'Refuse a plan: it will not be applied',
  tags,
  params: Id,
  body: Reviewed,
  response: PlanSchema,
  audit: 'plan.refuse',
})

export const QuarantinedFileSchema = z
  .object({
    id: z.uuid(),
    table: TableLinkSchema,
    runId: z.uuid(),
    kind: z.enum(itemKinds),
    location: z.string(),
    bytes: z.number(),
    state: z.enum(quarantineStates).meta({
      description:
        'quarantined: still in its place, until purgeAfter; purging; purged: deleted; restored: by a person; kept: found in use when it was to be purged',
    }),
    reason: z.string().nullable(),
    quarantinedAt: z.iso.datetime(),
    purgeAfter: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'QuarantinedFile' })
export type QuarantinedFileView = z.infer<typeof QuarantinedFileSchema>

export const listQuarantine = contract({
  method: 'GET',
  path: '/api/v1/maintenance/quarantine',
  role: 'viewer',
  summary: 'Files that are to be deleted, or were: newest first',
  description: '`filter` looks in the location.',
  tags,
  query: PageQuerySchema.omit({ sort: true }).extend({
    state: severalOf(quarantineStates).optional(),
    kind: severalOf(itemKinds).optional(),
    table: z.uuid().optional(),
    run: z.uuid().optional(),
  }),
  response: pageOf(QuarantinedFileSchema).extend({ total: z.number().int() }),
})

const QuarantinedRunSchema = z
  .object({
    runId: z.uuid(),
    action: z.enum(planActions),
    table: TableLinkSchema,
    files: z.number().int(),
    bytes: z.number(),
    snapshots: z.number().int().meta({ description: 'Expired snapshots that restoring brings back.' }),
    quarantinedAt: z.iso.datetime(),
    purgeAfter: z.iso.datetime(),
  })
  .meta({ id: 'QuarantinedRun' })
export type QuarantinedRunView = z.infer<typeof QuarantinedRunSchema>

export const getQuarantineSummary = contract({
  method: 'GET',
  path: '/api/v1/maintenance/quarantine/summary',
  role: 'viewer',
  summary: 'What waits in quarantine, by state and by run',
  tags,
  query: z.object({ table: z.uuid().optional() }),
  response: z.object({
    states: z.array(
      z.object({ state: z.enum(quarantineStates), files: z.number().int(), bytes: z.number() }),
    ),
    runs: z.array(QuarantinedRunSchema).meta({ description: 'Runs with files that wait; the newest 100.' }),
  }),
})
export type QuarantineSummary = z.infer<(typeof getQuarantineSummary)['response']>

const Chosen = z.union([
  z.object({ ids: z.array(z.uuid()).min(1).max(1_000) }),
  z.object({ runId: z.uuid() }),
])

export const restoreQuarantine = contract({
  method: 'POST',
  path: '/api/v1/maintenance/quarantine/restore',
  role: 'engineer',
  summary: 'Restore files, or all that a run put into quarantine',
  description:
    'A restored file stays where it is and is not proposed again. Restoring the run of an expiry also puts its snapshots and references back into the table, that of a dropped table lets it be undropped; 410 when some of its files are deleted already.',
  tags,
  body: Chosen,
  response: z.object({ files: z.number().int(), snapshots: z.number().int(), refs: z.number().int() }),
  audit: 'quarantine.restore',
})

export const purgeQuarantine = contract({
  method: 'POST',
  path: '/api/v1/maintenance/quarantine/purge',
  role: 'engineer',
  summary: 'Delete quarantined files now, before their time',
  description:
    'Queues a run that looks once more whether anything refers to the files and deletes the others for good. There is one purge at a time: while one waits or runs, its run is returned with `started` false.',
  tags,
  body: z.intersection(Chosen, z.object({ confirm: z.literal(true) })),
  response: z.object({ runId: z.uuid(), started: z.boolean() }),
  status: 202,
  audit: 'quarantine.purge',
})

export const backUpTable = contract({
  method: 'POST',
  path: '/api/v1/catalogs/{catalog}/namespaces/{namespace}/tables/{table}/backup',
  role: 'engineer',
  summary: 'Back a table up as a new table',
  description:
    'Queues a run that copies the data files of the current snapshot. The new table, in the same namespace, has files of its own: it stays whatever becomes of the original. It appears once it is complete. A table has one backup at a time: while one waits or runs, it is returned with `started` false.',
  tags,
  params: z.object({ catalog: name, namespace: name, table: name }),
  body: z.object({
    name: name.optional().meta({ description: '`<table>_backup_<yyyymmddhhmmss>` unless given.' }),
  }),
  response: z.object({ runId: z.uuid(), name: z.string(), started: z.boolean() }),
  status: 202,
  audit: 'table.back-up',
})
