import { z } from 'zod'
import { TextMapJson } from '../spec/json.ts'
import type { Schema } from '../spec/schema.ts'
import { SchemaJson } from '../spec/schema-json.ts'
import type { ViewVersion } from './view-metadata.ts'
import { ViewVersionJson } from './view-metadata-json.ts'

/** A change of view metadata (REST specification: ViewUpdate). Id -1 means the schema or version that was added last. */
export type ViewUpdate =
  | { action: 'assign-uuid'; uuid: string }
  | { action: 'upgrade-format-version'; formatVersion: number }
  | { action: 'add-schema'; schema: Schema }
  | { action: 'set-location'; location: string }
  | { action: 'set-properties'; updates: Record<string, string> }
  | { action: 'remove-properties'; removals: string[] }
  | { action: 'add-view-version'; viewVersion: ViewVersion }
  | { action: 'set-current-view-version'; viewVersionId: number }

/** What must hold of the view for updates to apply (REST specification: ViewRequirement). */
export interface ViewRequirement {
  type: 'assert-view-uuid'
  uuid: string
}

/** Parses one update of a commit request. */
export const ViewUpdateJson = z.discriminatedUnion('action', [
  z.object({ action: z.literal('assign-uuid'), uuid: z.uuid() }),
  z
    .object({ action: z.literal('upgrade-format-version'), 'format-version': z.int() })
    .transform((json) => ({ action: json.action, formatVersion: json['format-version'] })),
  z.object({ action: z.literal('add-schema'), schema: SchemaJson }),
  z.object({ action: z.literal('set-location'), location: z.string().min(1) }),
  z.object({ action: z.literal('set-properties'), updates: TextMapJson }),
  z.object({ action: z.literal('remove-properties'), removals: z.array(z.string()) }),
  z
    .object({ action: z.literal('add-view-version'), 'view-version': ViewVersionJson })
    .transform((json) => ({ action: json.action, viewVersion: json['view-version'] })),
  z
    .object({ action: z.literal('set-current-view-version'), 'view-version-id': z.int() })
    .transform((json) => ({ action: json.action, viewVersionId: json['view-version-id'] })),
]) satisfies z.ZodType<ViewUpdate>

/** Parses one requirement of a commit request. */
export const ViewRequirementJson = z.object({
  type: z.literal('assert-view-uuid'),
  uuid: z.string(),
}) satisfies z.ZodType<ViewRequirement>
