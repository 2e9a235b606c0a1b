import { z } from 'zod'
import { contract } from '#lib/http/contract.ts'
import { PageQuerySchema, pageOf } from '#lib/http/page.ts'
import { PolicyOriginSchema } from '#lib/maintenance/policy/effective-policy.ts'
import {
  PolicyFieldSchema,
  PolicyOverridesSchema,
  policyFieldSchemas,
} from '#lib/maintenance/policy/policy-fields.ts'
import { policyPresets } from '#lib/maintenance/policy/presets.ts'
import { TimeWindowSchema } from '#lib/maintenance/policy/time-window.ts'

/** Policies of maintenance: what each scope says, and what counts in the end. */

const tags = ['maintenance']
const path = '/api/v1/maintenance/policies' as const
const name = z.string().min(1).max(256)

const Scope = z.object({
  catalog: name,
  namespace: name.optional().meta({ description: 'Levels joined by "."; without it the catalog is meant.' }),
  table: name.optional().meta({ description: 'With its namespace; without it the namespace is meant.' }),
})

const ScopeNameSchema = z.object({
  catalog: z.string(),
  namespace: z.string().nullable(),
  table: z.string().nullable(),
})

const Preset = z.enum(policyPresets)

/** As stored: unlike what is sent, a part of a policy that was valid once is shown as it is. */
const Overrides = z.strictObject(policyFieldSchemas).partial()

/** Of a field, whichever it is. */
const value = z.union([z.boolean(), z.number(), z.string(), z.array(z.string()), TimeWindowSchema, z.null()])

export const PolicyItemSchema = ScopeNameSchema.extend({
  levels: z.array(z.string()),
  /** Tables the scope's word counts for, apart from what is said further in. */
  tables: z.int().min(0),
  preset: Preset.nullable(),
  overrides: Overrides,
  updatedBy: z.string().nullable(),
  updatedAt: z.iso.datetime().nullable(),
}).meta({ id: 'MaintenancePolicy' })
export type PolicyItem = z.infer<typeof PolicyItemSchema>

export const PolicyFieldItemSchema = z.object({
  field: PolicyFieldSchema,
  value,
  origin: PolicyOriginSchema,
  /** what would count if this scope said nothing */
  inherited: value,
  inheritedFrom: PolicyOriginSchema,
})
export type PolicyFieldItem = z.infer<typeof PolicyFieldItemSchema>

export const PolicyDetailSchema = ScopeNameSchema.extend({
  preset: Preset.nullable(),
  /** what this scope says itself */
  overrides: Overrides,
  fields: z.array(PolicyFieldItemSchema),
  /** Properties of the table that can't be used; the actions they concern do not start by themselves. */
  problems: z.array(z.object({ property: z.string(), field: PolicyFieldSchema, message: z.string() })),
  /** What each preset stands for. */
  presets: z.record(Preset, Overrides),
})
export type PolicyDetail = z.infer<typeof PolicyDetailSchema>

export const listPolicies = contract({
  method: 'GET',
  path,
  role: 'viewer',
  summary: 'Catalogs, namespaces and tables with what each says about maintenance',
  description: 'Catalogs and namespaces are all here, tables only where they say something themselves.',
  tags,
  query: PageQuerySchema.pick({ cursor: true, limit: true }),
  response: pageOf(PolicyItemSchema),
})

export const getPolicy = contract({
  method: 'GET',
  path: `${path}/effective`,
  role: 'viewer',
  summary: 'The policy that counts for a catalog, a namespace or a table, and where each value comes from',
  description:
    'Each field is inherited by itself: default, then for catalog, namespaces and table in turn the preset and the own value, then the properties of the table.',
  tags,
  query: Scope,
  response: PolicyDetailSchema,
})

export const putPolicy = contract({
  method: 'PUT',
  path,
  role: 'engineer',
  summary: 'Replace what a catalog, a namespace or a table says about maintenance',
  description:
    'Fields that are left out are inherited. The policy of a catalog needs the role admin. `orphans.minAgeMs` under 24 hours needs `orphans.allowUnder24h` beside it.',
  tags,
  query: Scope,
  body: z.object({ preset: Preset.nullable().default(null), overrides: PolicyOverridesSchema.default({}) }),
  response: PolicyDetailSchema,
  audit: 'maintenance-policy.save',
})

export const deletePolicy = contract({
  method: 'DELETE',
  path,
  role: 'engineer',
  summary: 'Inherit everything again',
  tags,
  query: Scope,
  response: z.undefined(),
  status: 204,
  audit: 'maintenance-policy.delete',
})
