// Schema of the `constraints` part of a policy, with the checks of approver-policy's webhook (pkg/internal/approver/constraints).
import { z } from 'zod'
import { orNull } from '../../../lib/schema/absent-members.ts'
import { duration } from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'

const bound = duration({ least: 0, days: true })
const size = z.int().min(0).max(8192)

const privateKey = z
  .strictObject({
    algorithm: orNull(z.enum(['RSA', 'ECDSA', 'Ed25519'])).describe('Kind of key; any if absent'),
    minSize: orNull(size).describe('Fewest bits; Ed25519 keys have no size and never fit'),
    maxSize: orNull(size).describe('Most bits'),
  })
  .superRefine(({ algorithm, minSize, maxSize }, context) => {
    for (const [field, value] of Object.entries({ minSize, maxSize })) {
      if (algorithm !== 'Ed25519' || value === null) continue
      const message = 'Ed25519 keys have one size, so no size can be set'
      context.addIssue(fault({ path: [field], message, hint: 'leave it out' }))
    }
    if (minSize !== null && maxSize !== null && maxSize < minSize) {
      const message = 'maxSize is smaller than minSize, so no key fits'
      context.addIssue(fault({ path: ['maxSize'], message }))
    }
  })

export const constraints = z
  .strictObject({
    minDuration: orNull(bound).describe('Shortest certificate, inclusive: 1h, 24h'),
    maxDuration: orNull(bound).describe('Longest certificate, inclusive: 168h, 90d'),
    privateKey: orNull(privateKey).describe('Kind and size of keys'),
  })
  .superRefine(({ minDuration, maxDuration }, context) => {
    if (minDuration === null || maxDuration === null) return
    if (maxDuration >= minDuration) return
    const message = 'maxDuration is shorter than minDuration, so no request fits'
    context.addIssue(fault({ path: ['maxDuration'], message }))
  })
  .describe('Bounds; without an entry there is no bound')
