// Schema of a policy file, for the reader and for completion in editors.
import { z } from 'zod'
import { orElse, orEmpty, orNull } from '../../../lib/schema/absent-members.ts'
import { approvalRuleOf } from '../../../lib/schema/approval-rule-schema.ts'
import { duration } from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'
import {
  DNS_LABEL,
  ONE_LINE,
  PATH_PATTERN,
  RBAC_NAME,
  text,
  textList,
} from '../../../lib/schema/text-rules.ts'
import { boundIn } from '../../../lib/schema/refinements.ts'
import type { TextRule } from '../../../lib/schema/text-rules.ts'
import { isForPending } from '../../../domain/request/policy.ts'
import type { PolicySelector } from '../../../domain/request/policy.ts'
import type { ApprovalRule } from '../../../domain/request/config.ts'
import type { ShapeFault } from '../../../lib/schema/check-schema.ts'
import { allowed } from './allowed-schema.ts'
import { ruleList } from './rule-schema.ts'
import { sinkAllowances } from './sink-schema.ts'

// What a policy for pending CertificateSigningRequests has to say, and what only such a policy may say.

interface Said {
  readonly selector: PolicySelector
  readonly constraints?: { readonly maxDuration: number | null } | undefined
  readonly approvals?: ApprovalRule | undefined
  readonly deny?: boolean | undefined
}

/** The selector may be as the file has it, if something in it is wrong. Empty if the members fit together. */
function pendingFaults({ selector, constraints, approvals, deny }: Said): readonly ShapeFault[] {
  const isByNobody = approvals?.required === 0
  if (!isForPending(selector)) {
    const found = [...(isByNobody ? ['approvals'] : []), ...(deny === undefined ? [] : ['deny'])]
    return found.map(member => ({
      path: [member],
      message: `${member === 'deny' ? 'deny' : 'required: 0'} is only for policies with selector.usernames or selector.groups`,
      hint: 'add selector.usernames, or remove this',
      atKey: true,
    }))
  }
  const signers = selector.signerNames ?? []
  const isExact = signers.length > 0 && signers.every(name => !name.includes('*'))
  const below = (member: string, value: unknown): string[] => (value === undefined ? [] : [member])
  return [
    ...(isExact ? [] : [missing(['selector'], 'names each signer', `signerNames: [${EXAMPLE}]`)]),
    ...(isByNobody
      ? []
      : [missing(below('approvals', approvals), 'needs no person', 'approvals: {required: 0}')]),
    ...((constraints?.maxDuration ?? null) === null
      ? [missing(below('constraints', constraints), 'bounds the lifetime', BOUND)]
      : []),
  ]
}

const EXAMPLE = 'kubernetes.io/kubelet-serving'
const BOUND =
  'constraints: {maxDuration: 24h}. A kubelet requests no lifetime, and gets 8760h unless the configuration has a maxDuration of the signer'

function missing(path: string[], what: string, line: string): ShapeFault {
  const message = `a policy for pending requests ${what}`
  return { code: 'FILE_FIELD_REQUIRED', path, message, hint: `write ${line}`, atKey: true }
}

// Schema of the `constraints` part of a policy, with the checks of approver-policy's webhook (pkg/internal/approver/constraints).

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

const constraints = z
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

function some(rule: TextRule) {
  return orNull(textList(rule).min(1))
}

export const POLICY_SELECTOR = z
  .strictObject({
    paths: some(PATH_PATTERN).describe('Request files, as path patterns: *, ** and ?'),
    clusters: some(DNS_LABEL).describe('Clusters of countersign.yaml'),
    signerNames: some(ONE_LINE).describe('Signers, with * for any characters'),
    usernames: some(ONE_LINE).describe(
      'Users who created a pending CertificateSigningRequest, with * for any characters',
    ),
    groups: some(ONE_LINE).describe(
      'Groups of the user who created a pending CertificateSigningRequest, with *; one of them is enough',
    ),
  })
  .meta({ minProperties: 1 })
  .transform((said, context) => {
    if (Object.values(said).every(member => member === null)) {
      const message = 'selector needs at least one member'
      context.addIssue(fault({ message, hint: 'paths: ["**"] is every request' }))
    }
    return said
  })
  .describe('Which requests the policy applies to; all members given must match')

const access = z
  .strictObject({
    clusterRoles: textList(RBAC_NAME).min(1).describe('Exact names of ClusterRoles'),
    namespaces: some(ONE_LINE).describe('Namespaces, with * for any characters'),
    cluster: z.literal(true).optional().describe('true is the whole cluster'),
    roleChanges: orElse(z.enum(['warn', 'refuse']), 'warn').describe(
      'refuse renews no certificate if a role has other rules since; warn where absent',
    ),
  })
  .transform(({ namespaces, cluster, ...said }, context) => ({
    ...said,
    namespaces: boundIn('each role of an entry', { namespaces, cluster }, context),
  }))

export const POLICY_SCHEMA = z
  .strictObject({
    apiVersion: z.literal('countersign.dev/v1').describe('Version of this format'),
    kind: z.literal('CertificateRequestPolicy').describe('Kind of this file'),
    metadata: z
      .strictObject({ name: text(DNS_LABEL).describe('Name of the policy, in no other file') })
      .describe('Which policy this is'),
    spec: z
      .strictObject({
        selector: POLICY_SELECTOR,
        allowed: orEmpty(allowed),
        constraints: constraints.optional(),
        maxKeyAge: orNull(duration({ least: 3600, days: true })).describe(
          'How long one key may be kept, for example 180d; no end where absent',
        ),
        maxUntil: orNull(duration({ least: 3600, days: true })).describe(
          'Requests need spec.until, at most this far from now: 72h, 30d',
        ),
        sinks: orElse(sinkAllowances, []),
        access: orElse(z.array(access), []).describe(
          'Access that requests may have; a request with any other access is denied',
        ),
        opaque: orElse(z.enum(['allow', 'deny']), 'deny').describe(
          'allow lets files pass that no reviewer can read; deny where absent',
        ),
        rules: orElse(ruleList('rule'), []).describe('Rules that must be true of the request'),
        approvals: approvalRuleOf(0)
          .optional()
          .describe(
            'Who approves; never less than approval.requests of countersign.yaml. required: 0 is for pending requests',
          ),
        deny: z
          .boolean()
          .optional()
          .describe('true denies pending requests that are not approved; else they stay pending'),
      })
      .superRefine((spec, context) => {
        for (const found of pendingFaults(spec)) context.addIssue(fault(found))
      })
      .describe('What the policy says')
      .transform(
        ({ constraints: bounds, maxKeyAge, maxUntil, opaque, approvals, deny, ...said }) => ({
          ...said,
          constraints: bounds ?? constraints.parse({}),
          maxKeyAgeSeconds: maxKeyAge,
          maxUntilSeconds: maxUntil,
          allowsOpaque: opaque === 'allow',
          approvals: approvals ?? null,
          denies: deny ?? false,
        }),
      ),
  })
  .describe('A policy: which requests may be issued')
