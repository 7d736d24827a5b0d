// Schema of the `constraints` part of a policy, with the checks of approver-policy's webhook (pkg/internal/approver/constraints).
import { z } from 'zod'
import type { PolicyConstraints } from '../../../domain/request/policy.ts'
import { duration } from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'

const bound = duration({ least: 0, days: true })
const size = z.int().min(0).max(8192)

const privateKey = z
  .strictObject({
    algorithm: z
      .enum(['RSA', 'ECDSA', 'Ed25519'])
      .optional()
      .describe('Kind of key; any if absent'),
    minSize: size.optional().describe('Fewest bits; Ed25519 keys have no size and never fit'),
    maxSize: size.optional().describe('Most bits'),
  })
  .superRefine(({ algorithm, minSize, maxSize }, context) => {
    for (const [field, value] of Object.entries({ minSize, maxSize })) {
      if (algorithm !== 'Ed25519' || value === undefined) continue
      const message = 'Ed25519 keys have one size, so no size can be set'
      context.addIssue(fault({ path: [field], message, hint: 'leave it out' }))
    }
    if (minSize !== undefined && maxSize !== undefined && maxSize < minSize) {
      const message = 'maxSize is smaller than minSize, so no key fits'
      context.addIssue(fault({ path: ['maxSize'], message }))
    }
  })

export const constraints = z
  .strictObject({
    minDuration: bound.optional().describe('Shortest certificate, inclusive: 1h, 24h'),
    maxDuration: bound.optional().describe('Longest certificate, inclusive: 168h, 90d'),
    privateKey: privateKey.optional().describe('Kind and size of keys'),
  })
  .superRefine(({ minDuration, maxDuration }, context) => {
    if (minDuration === undefined || maxDuration === undefined) return
    if (maxDuration >= minDuration) return
    const message = 'maxDuration is shorter than minDuration, so no request fits'
    context.addIssue(fault({ path: ['maxDuration'], message }))
  })
  .describe('Bounds; without an entry there is no bound')

/** The `constraints` part with null for absent bounds. Durations are in seconds, sizes of keys in bits. */
export function policyConstraints(said: z.output<typeof constraints> = {}): PolicyConstraints {
  const { privateKey: key } = said
  return {
    minDuration: said.minDuration ?? null,
    maxDuration: said.maxDuration ?? null,
    privateKey:
      key === undefined
        ? null
        : {
            algorithm: key.algorithm ?? null,
            minSize: key.minSize ?? null,
            maxSize: key.maxSize ?? null,
          },
  }
}
