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
import { allowed } from './allowed-schema.ts'
import { constraints } from './constraint-schema.ts'
import { pendingFaults } from './pending-policy.ts'
import { ruleList } from './rule-schema.ts'
import { sinkAllowances } from './sink-schema.ts'

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
      .transform(({ constraints: bounds, maxKeyAge, opaque, approvals, deny, ...said }) => ({
        ...said,
        constraints: bounds ?? constraints.parse({}),
        maxKeyAgeSeconds: maxKeyAge,
        allowsOpaque: opaque === 'allow',
        approvals: approvals ?? null,
        denies: deny ?? false,
      })),
  })
  .describe('A policy: which requests may be issued')
