// Which bindings are removed: each case is one reason, beside a binding that stays.
import { describe, expect, test } from '@jest/globals'
import {
  foreignBindings,
  requestsWithoutAccess,
  unneededBindings,
} from '../../../../src/core/access/unneeded-bindings.ts'
import type { AccessState } from '../../../../src/core/access/unneeded-bindings.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../../src/domain/cluster/grant-binding.ts'
import type {
  Ending,
  RecordedCertificate,
  RequestRecord,
} from '../../../../src/domain/cluster/record.ts'
import { unplaced } from '../../../../src/domain/problem.ts'
import type { Access } from '../../../../src/domain/request/access.ts'
import type { GrantBinding } from '../../../../src/ports/grants.ts'
import { effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const GRANT = grantGroup('acme', 'a'.repeat(20))
const EARLIER = grantGroup('acme', 'b'.repeat(20))
const VIEW: Access = { clusterRole: 'view', namespaces: ['apps'] }
const EDIT: Access = { clusterRole: 'edit', namespaces: ['apps'] }
const JANE = effective({ name: 'jane' })
const GRANTED = {
  places: [{ clusterRole: 'view', namespace: 'apps' }],
  roles: {},
  namespaces: {},
}

function binding(changes: Partial<GrantBinding> = {}): GrantBinding {
  const { clusterRole = 'view', grants = [GRANT] } = changes
  return {
    name: bindingName(grants[0] ?? '', clusterRole),
    namespace: 'apps',
    clusterRole,
    request: 'jane',
    isOfTheseRecords: true,
    isExact: true,
    grants,
    isGranting: true,
    uid: 'u',
    ...changes,
  }
}

function certificate(changes: Partial<RecordedCertificate> = {}): RecordedCertificate {
  return {
    n: 1,
    objectName: 'cs-jane-00000000-1',
    serial: 'ab',
    sha256: 'cd',
    notBefore: NOW,
    notAfter: secondsAfter(NOW, 3600),
    targets: [],
    proof: '',
    subject: 'CN=jane',
    sans: [],
    grant: GRANT,
    approval: null,
    ended: null,
    ...changes,
  }
}

function record(changes: Partial<RequestRecord> = {}): RequestRecord {
  const issued = issuedRecord(JANE, { granted: GRANTED })
  return requestRecord(JANE, { issued, history: [certificate()], ...changes })
}

function state(changes: Partial<AccessState> = {}): AccessState {
  return {
    owner: 'acme',
    records: [record()],
    broken: [],
    approved: new Map(),
    revocations: [],
    now: NOW,
    oldestDeadline: secondsAfter(NOW, -600),
    isGone: () => false,
    overlapSeconds: null,
    ...changes,
  }
}

const approved = (access: readonly Access[], n: number | null = 1): Partial<AccessState> => ({
  approved: new Map([['jane', { access, n, isKept: true }]]),
})
const revoked = (what: 'request' | 'grant', value: string): Partial<AccessState> => ({
  revocations: [{ what, value, by: 'owner', at: NOW, name: 'r', uid: 'r' }],
})
/** A certificate in these sinks was renewed an hour and `seconds` before NOW. */
const renewed = (seconds: number, ...targets: string[]): Partial<AccessState> => {
  const at = secondsAfter(NOW, -3600 - seconds)
  const history = [certificate({ targets, ended: { how: 'renewed', at } })]
  return { records: [record({ history })], overlapSeconds: 3600 }
}
const claim = {
  holder: 'another run',
  n: 2,
  objectName: 'cs-jane-00000000-2',
  deadline: secondsAfter(NOW, 60),
  grant: EARLIER,
}
const underWay = (deadline: Date): Partial<AccessState> => {
  const history = [certificate(), certificate({ n: 2, sha256: 'ef', grant: EARLIER })]
  return { records: [record({ claim: { ...claim, deadline }, history })] }
}

describe('a binding that stays', () => {
  test.each<[string, Partial<AccessState>, Partial<GrantBinding>?]>([
    ['of the certificate in use', {}],
    ['that an approved access still names', approved([VIEW, EDIT])],
    [
      'of a renewed certificate that still works',
      { records: [record({ history: [certificate({ ended: { how: 'renewed', at: NOW } })] })] },
    ],
    [
      'of an attempt under way',
      underWay(claim.deadline),
      { grants: [EARLIER], clusterRole: 'edit' },
    ],
    [
      'without subjects of an attempt under way',
      underWay(claim.deadline),
      { grants: [EARLIER], isExact: false, isGranting: false },
    ],
    [
      'of a request whose record cannot be read',
      {
        records: [],
        broken: [{ request: 'jane', cluster: 'prod', problem: unplaced('CLUSTER_RECORD', '') }],
      },
    ],
    ['of a renewed certificate in the hour after that', renewed(-1, 'Secret apps/jane-tls')],
    ['of one that is in a file too', renewed(0, 'Secret apps/jane-tls', 'file jane.pem')],
    ['of a request, if another is revoked', revoked('request', 'robot')],
    ['of a certificate issued since the plan was made', approved([], 7)],
    ['of the records of another cluster', { records: [] }, { isOfTheseRecords: false }],
  ])('a binding %s is not removed', (_, changes, bound = {}) => {
    expect(unneededBindings([binding(bound)], state(changes))).toEqual([])
  })
})

const LIVE = { clusterRole: 'countersign-acme-grants', namespace: 'countersign' }
const endedBy = (how: Ending): Partial<AccessState> => ({
  records: [record({ history: [certificate({ ended: { how, at: NOW } })] })],
})

describe('the binding that makes a grant live', () => {
  test.each<[string, Partial<AccessState>]>([
    ['the certificate was reissued', endedBy('reissued')],
    ['the certificate was renewed an hour ago', renewed(0, 'Secret apps/jane-tls')],
    ['the approved access is another', approved([EDIT])],
  ])('it stays if %s, because programs may use it until it expires', (_, changes) => {
    expect(unneededBindings([binding(LIVE)], state(changes))).toEqual([])
  })

  test.each<[string, Partial<AccessState>]>([
    ['is withdrawn', endedBy('withdrawn')],
    ['is revoked', endedBy('revoked')],
    ['has expired', { now: secondsAfter(NOW, 3600) }],
    ['is of a revoked request', { ...endedBy('renewed'), ...revoked('request', 'jane') }],
    ['is of no record', { records: [] }],
  ])('it is removed if the certificate %s', (_, changes) => {
    const live = binding(LIVE)
    expect(unneededBindings([live], state(changes))).toEqual([live])
  })
})

describe('a binding that goes', () => {
  test.each<[string, Partial<AccessState>, Partial<GrantBinding>?]>([
    ['that no record knows', { records: [] }],
    ['of a grant that no record knows', {}, { grants: [EARLIER] }],
    ['of a certificate in a Secret, an hour after its renewal', renewed(0, 'Secret apps/jane-tls')],
    ['of an expired certificate', { now: secondsAfter(NOW, 3600) }],
    [
      'of a withdrawn certificate',
      { records: [record({ history: [certificate({ ended: { how: 'withdrawn', at: NOW } })] })] },
    ],
    [
      'of a reissued certificate, which may be for another key or name',
      { records: [record({ history: [certificate({ ended: { how: 'reissued', at: NOW } })] })] },
    ],
    [
      'of a renewed certificate that works longer than the end of its request',
      {
        records: [
          record({
            issued: issuedRecord(effective({ name: 'jane', until: NOW }), { granted: GRANTED }),
            history: [certificate({ ended: { how: 'renewed', at: NOW } })],
          }),
        ],
      },
    ],
    ['with more subjects than its grant', {}, { isExact: false }],
    ['of a record that was withdrawn', { records: [record({ withdrawnAt: NOW })] }],
    [
      'of an attempt whose key is lost',
      {
        records: [
          record({
            issued: null,
            abandoned: [{ n: 1, objectName: 'cs-jane-00000000-1', sha256: null, notAfter: null }],
          }),
        ],
        ...approved([VIEW], null),
      },
    ],
    ['whose request is revoked', revoked('request', 'jane')],
    ['whose grant is revoked', revoked('grant', GRANT)],
    [
      'whose request is revoked while an attempt is under way',
      { ...underWay(claim.deadline), ...revoked('request', 'jane') },
    ],
    ['that the approved access no longer names', approved([EDIT])],
    ['of a withdrawal that is approved', approved([])],
    ['of another role than was granted', {}, { clusterRole: 'edit' }],
    ['in another namespace than was granted', {}, { namespace: 'other' }],
    ['in the whole cluster, if it was granted in a namespace', {}, { namespace: null }],
    [
      'of an attempt whose claim has ended',
      underWay(secondsAfter(NOW, -601)),
      { grants: [EARLIER], clusterRole: 'edit' },
    ],
    [
      'of an attempt whose run has ended on this machine',
      { ...underWay(claim.deadline), isGone: holder => holder === claim.holder },
      { grants: [EARLIER], clusterRole: 'edit' },
    ],
    [
      'without subjects of an attempt whose claim has ended',
      underWay(secondsAfter(NOW, -601)),
      { grants: [EARLIER], clusterRole: 'edit', isExact: false, isGranting: false },
    ],
    ['that also names an unknown grant', {}, { grants: [GRANT, EARLIER] }],
  ])('a binding %s is removed', (_, changes, bound = {}) => {
    const one = binding(bound)
    expect(unneededBindings([one], state(changes))).toEqual([one])
  })
})

describe('a binding that countersign did not make', () => {
  const foreign = binding({ name: 'by-hand' })

  test('a binding of another name is reported and never removed', () => {
    expect(unneededBindings([foreign], state({ records: [] }))).toEqual([])
    expect(foreignBindings([foreign, binding()], state())).toEqual([foreign])
  })

  test('a binding without subjects gives nothing and is not reported', () => {
    expect(foreignBindings([{ ...foreign, isGranting: false }], state())).toEqual([])
  })
})

describe('a certificate in use without its access', () => {
  test.each<[string, readonly GrantBinding[], Partial<AccessState>, readonly string[]]>([
    ['whose binding is gone', [], approved([VIEW]), ['jane']],
    ['whose binding has no subjects', [binding({ isGranting: false })], approved([VIEW]), ['jane']],
    ['whose binding is there', [binding()], approved([VIEW]), []],
    ['that is not approved now', [], {}, []],
    ['that is revoked', [], { ...approved([VIEW]), ...revoked('request', 'jane') }, []],
    ['whose access was reduced', [], approved([EDIT]), []],
    ['that another run replaced', [], approved([VIEW], 7), []],
    ['that has expired', [], { ...approved([VIEW]), now: secondsAfter(NOW, 3600) }, []],
  ])('a certificate %s is reported if it should have it', (_, bindings, changes, expected) => {
    expect(requestsWithoutAccess(bindings, state(changes))).toEqual(expected)
  })
})
