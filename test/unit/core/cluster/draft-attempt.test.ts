import { describe, expect, test } from '@jest/globals'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { proveAtTerminal } from '../../../../src/core/approval/approved-step.ts'
import { draft, draftDifference } from '../../../../src/core/cluster/draft-attempt.ts'
import type { ApprovedStep } from '../../../../src/domain/proof/approved.ts'
import type { IssueStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest, PrivateKeySpec } from '../../../../src/domain/request/request.ts'
import { predict } from '../../../../src/lib/kubernetes/predict-certificate.ts'
import { EXTENDED_KEY_USAGE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { formatName } from '../../../../src/lib/x509/x500-name.ts'
import { effective } from '../../../build/effective.ts'

const ECDSA: PrivateKeySpec = {
  algorithm: 'ECDSA',
  size: 256,
  encoding: 'PKCS8',
  rotationPolicy: 'Never',
}

function approved(
  spec: PrivateKeySpec,
  changes: Partial<EffectiveRequest> = {},
): ApprovedStep<IssueStep> {
  const request = effective({ key: { kind: 'generated', spec }, ...changes })
  const prediction = predict(request, null)
  const facts = {
    kind: 'issue',
    because: 'NoCertificateYet',
    effective: '',
    warnings: [],
    fixedRoles: [],
    record: null,
  } as const
  const proved = proveAtTerminal(
    { ...facts, request, prediction },
    {
      osUser: 'owner',
      clusterUser: 'owner',
      requester: null,
      shown: '',
      at: new Date(0),
      isAutomation: false,
      commandLine: 'ask',
      saidYes: true,
    },
  )
  if (!proved.ok) throw new Error('not approved')
  return proved.value
}

describe('the draft of an approved request', () => {
  test('a draft has a key of the approved kind and a PKCS#10 with the approved names', async () => {
    const drafted = await draft(approved({ ...ECDSA, rotationPolicy: 'Always' }), nodeKeys, null)
    if (!drafted.ok) throw new Error(drafted.problems[0].message)
    expect(drafted.value.pkcs10.publicKey).toMatchObject({ algorithm: 'ECDSA', size: 256 })
    expect(formatName(drafted.value.pkcs10.subject)).toContain('CN=jane')
    expect(drafted.value.keyStays).toBe(false)
  })

  test('a draft has the purposes in the order of the usages, which cert-manager compares', async () => {
    const usages = ['digital signature', 'client auth', 'server auth'] as const
    const spec = { ...ECDSA, rotationPolicy: 'Always' } as const
    const drafted = await draft(approved(spec, { usages }), nodeKeys, null)
    if (!drafted.ok) throw new Error(drafted.problems[0].message)
    expect(drafted.value.pkcs10.extendedKeyUsage).toEqual([
      EXTENDED_KEY_USAGE_OIDS.clientAuth,
      EXTENDED_KEY_USAGE_OIDS.serverAuth,
    ])
  })

  test('a draft uses the stored key where the request keeps its key', async () => {
    const stored = await nodeKeys.generate(ECDSA)
    const drafted = await draft(approved(ECDSA), nodeKeys, stored.pem)
    expect(drafted).toMatchObject({
      ok: true,
      value: { pkcs10: { publicKey: { spki: stored.spki } }, keyStays: true },
    })
  })

  test('a draft without a stored key does not keep its key yet', async () => {
    expect(await draft(approved(ECDSA), nodeKeys, null)).toMatchObject({
      ok: true,
      value: { keyStays: false },
    })
  })

  const ED25519: PrivateKeySpec = { ...ECDSA, algorithm: 'Ed25519', size: null }

  test.each<[string, PrivateKeySpec, PrivateKeySpec]>([
    ['kind', ED25519, ECDSA],
    ['kind, where the approved one has no size,', ECDSA, ED25519],
    ['size', { ...ECDSA, size: 384 }, ECDSA],
  ])('a stored key of another %s than approved is refused', async (_, spec, asked) => {
    const stored = await nodeKeys.generate(spec)
    const drafted = await draft(approved(asked), nodeKeys, stored.pem)
    expect(drafted).toMatchObject({ ok: false, problems: [{ code: 'CLUSTER_DRAFT_DIFFERS' }] })
  })
})

test.each<[string, Partial<EffectiveRequest>, string]>([
  ['another key usage', { usages: ['key encipherment', 'client auth'] }, 'the key usages'],
  ['one key usage less', { usages: ['client auth'] }, 'the key usages'],
  ['another purpose', { usages: ['digital signature', 'server auth'] }, 'the extended key usages'],
  ['no purpose', { usages: ['digital signature'] }, 'the extended key usages'],
])('draftDifference: a draft for %s than was approved differs', async (_, changes, difference) => {
  const drafted = await draft(approved({ ...ECDSA, rotationPolicy: 'Always' }), nodeKeys, null)
  if (!drafted.ok || drafted.value.key === null) throw new Error('there is no draft')
  const { pkcs10, key } = drafted.value
  expect(draftDifference(pkcs10, effective(), key)).toBeNull()
  expect(draftDifference(pkcs10, effective(changes), key)).toBe(difference)
})

test('draftDifference: a draft for another public key than the generated one differs', async () => {
  const drafts = [1, 2].map(() =>
    draft(approved({ ...ECDSA, rotationPolicy: 'Always' }), nodeKeys, null),
  )
  const [one, other] = (await Promise.all(drafts)).map(each => (each.ok ? each.value : null))
  if (!one || !other?.key) throw new Error('there is no draft')
  expect(draftDifference(one.pkcs10, effective(), other.key)).toBe('the public key')
})
