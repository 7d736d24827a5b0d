// Schema of the marks that a run remembers, or that a restore lost.
import { z } from 'zod'

export const REMEMBERED_SCHEMA = z.object({
  marks: z.array(z.string().regex(/^\d+\.[0-9a-f]+$/)),
  revoked: z.array(z.object({ what: z.enum(['request', 'grant']), value: z.string() })),
})
