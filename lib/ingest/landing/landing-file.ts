import { z } from 'zod'

/** What Firn remembers of a landing-zone file beside its position; the `details` column of its SourcePartition. */
export const LandingDetailsSchema = z.object({
  /** The file's etag when it was last seen whole and well. */
  etag: z.string().optional(),
  modifiedAt: z.string().optional(),
  /** Lines before `position`, so that errors carry the file's own line numbers. */
  lines: z.number().default(0),
  /** Hashes of the first bytes and of those just before `position`, to notice a replaced file. */
  head: z.object({ length: z.number(), sha256: z.string() }).optional(),
  tail: z.object({ length: z.number(), sha256: z.string() }).optional(),
  /** The last line read had no line break. */
  unterminated: z.boolean().optional(),
  /** A person accepted that the file was truncated to this size. */
  acceptedSize: z.number().optional(),
})
export type LandingDetails = z.infer<typeof LandingDetailsSchema>

export const parseLandingDetails = (value: unknown): LandingDetails => {
  const parsed = LandingDetailsSchema.safeParse(value)
  return parsed.success ? parsed.data : { lines: 0 }
}

/** A file as the scan found it, with what the database knows of it. */
export interface LandingFile {
  id: string
  name: string
  location: string
  position: number
  size: number
  etag: string
  modifiedAt: Date
  state: string
  details: LandingDetails
  /** No change for a while: it may be read to its very end. */
  quiet: boolean
}
