// The judge of the audit log: a correct run passes, and each planted fault is found.
import { expect, test } from '@jest/globals'
import { AccessJudge } from '../../build/access-judge.ts'
import type { AuditedWrite } from '../../build/audited-cluster.ts'

const APPLY = 'apply'
const REVOKER = 'revoker'
const FIRST = `countersign:acme:${'a'.repeat(20)}`
const SECOND = `countersign:acme:${'b'.repeat(20)}`
const BOTH = ['cs-reader', 'cs-writer in apps']
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const MAPS = '/api/v1/namespaces/countersign/configmaps'

function write(
  verb: AuditedWrite['verb'],
  path: string,
  object: object,
  user = APPLY,
): AuditedWrite {
  return { user, verb, path, object }
}

function signing(grant: string, request = 'jane'): AuditedWrite {
  const body = Buffer.from(`DER of O=${grant}`).toString('base64')
  const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`
  return write('create', '/apis/certificates.k8s.io/v1/certificatesigningrequests', {
    metadata: { annotations: { 'countersign.dev/request': request } },
    spec: { request: Buffer.from(pem).toString('base64') },
  })
}

interface RecordWords {
  readonly abandoned?: readonly string[]
  readonly withdrawnAt?: string
}

/** The record of jane with these grants, the last one in use. */
function record(grants: readonly string[], words: RecordWords = {}): AuditedWrite {
  const { abandoned = [], withdrawnAt = null } = words
  const history = grants.map((grant, index) => ({ n: index + 1, objectName: `cs-${index}`, grant }))
  return write('update', `${MAPS}/countersign-acme-jane`, {
    data: {
      'record.json': JSON.stringify({
        claim: null,
        issued: { n: grants.length },
        withdrawnAt,
        abandoned: abandoned.map(grant => ({ objectName: `cs-${grants.indexOf(grant)}` })),
        history,
      }),
    },
  })
}

const isWide = (role: string): boolean => role === 'cs-reader'
const folder = (role: string): string =>
  isWide(role) ? `${RBAC}/clusterrolebindings` : `${RBAC}/namespaces/apps/rolebindings`

function bound(
  role: string,
  grant: string,
  user = APPLY,
  request = 'jane',
  group = grant,
): AuditedWrite {
  return write(
    'create',
    folder(role),
    {
      metadata: {
        name: `${grant}:${role}`,
        annotations: { 'countersign.dev/request': request },
      },
      roleRef: { kind: 'ClusterRole', name: role },
      subjects: [{ kind: 'Group', name: group }],
    },
    user,
  )
}

function unbound(role: string, grant: string, user = APPLY): AuditedWrite {
  const path = `${folder(role)}/${encodeURIComponent(`${grant}:${role}`)}`
  return write('delete', path, { kind: 'Status' }, user)
}

const revocation = (value: string): AuditedWrite =>
  write(
    'create',
    MAPS,
    { metadata: { name: `countersign.revoked.acme.${value.length}-x` }, data: { value } },
    REVOKER,
  )

const ISSUED = [
  signing(FIRST),
  record([FIRST]),
  bound('cs-reader', FIRST),
  bound('cs-writer', FIRST),
]

/** What the judge finds after these writes, with both roles approved. */
function faultsOf(writes: readonly AuditedWrite[], access: readonly string[] = BOTH) {
  const judge = new AccessJudge('acme', { apply: APPLY, revokers: [REVOKER] })
  judge.approve('jane', BOTH)
  judge.replay(ISSUED)
  judge.approve('jane', access)
  judge.replay([...ISSUED, ...writes])
  judge.settle('jane')
  return judge.faults
}

test('a first certificate, a renewal, a reduction and a withdrawal have no fault', () => {
  expect(faultsOf([])).toEqual([])
  const renewed = [
    signing(SECOND),
    record([FIRST, SECOND]),
    bound('cs-reader', SECOND),
    bound('cs-writer', SECOND),
  ]
  expect(faultsOf(renewed)).toEqual([])
  const reduced = [
    unbound('cs-reader', FIRST),
    signing(SECOND),
    record([FIRST, SECOND]),
    bound('cs-writer', SECOND),
  ]
  expect(faultsOf(reduced, ['cs-writer in apps'])).toEqual([])
  const withdrawn = [
    unbound('cs-reader', FIRST),
    unbound('cs-writer', FIRST),
    record([FIRST], { withdrawnAt: 'now' }),
  ]
  expect(faultsOf(withdrawn, [])).toEqual([])
})

test.each<readonly [string, readonly AuditedWrite[], readonly string[], string]>([
  [
    'a binding before the record of its certificate',
    [signing(SECOND), bound('cs-reader', SECOND)],
    BOTH,
    'jane got cs-reader before its record',
  ],
  [
    'an old grant that is cut after the new one is bound',
    [
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-writer', SECOND),
      unbound('cs-reader', FIRST),
    ],
    ['cs-writer in apps'],
    'jane has cs-reader, which is not approved, when cs-writer in apps is bound',
  ],
  [
    'a role that is not approved',
    [
      unbound('cs-reader', FIRST),
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-reader', SECOND),
    ],
    ['cs-writer in apps'],
    'jane has cs-reader, which is not approved, when cs-reader is bound',
  ],
  [
    'an old grant that is never cut',
    [],
    ['cs-writer in apps'],
    'jane keeps cs-reader at the end of a run',
  ],
  [
    'half of a grant',
    [unbound('cs-reader', FIRST)],
    BOTH,
    'jane has cs-writer in apps at the end of a run',
  ],
  [
    'a binding of a certificate that was lost',
    [
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-reader', SECOND),
      bound('cs-writer', SECOND),
      record([FIRST, SECOND], { abandoned: [FIRST] }),
    ],
    BOTH,
    `jane has a binding of ${FIRST}, which no certificate in use has`,
  ],
  [
    'a binding for a grant without a certificate',
    [bound('cs-reader', SECOND)],
    BOTH,
    `${SECOND}:cs-reader is for a grant that no certificate was made with`,
  ],
  [
    'a binding by another user',
    [signing(SECOND), record([FIRST, SECOND]), bound('cs-reader', SECOND, 'owner')],
    BOTH,
    `${SECOND}:cs-reader was written by owner (create)`,
  ],
  [
    'a binding by the revoker, who may delete them',
    [
      unbound('cs-reader', FIRST, REVOKER),
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-reader', SECOND, REVOKER),
    ],
    BOTH,
    `${SECOND}:cs-reader was written by revoker (create)`,
  ],
  [
    'a binding for another request',
    [signing(SECOND), record([FIRST, SECOND]), bound('cs-reader', SECOND, APPLY, 'other')],
    BOTH,
    `${SECOND}:cs-reader does not name its request jane`,
  ],
  [
    'a binding of another group under the name of a grant',
    [
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-reader', SECOND, APPLY, 'jane', 'developers'),
    ],
    BOTH,
    `${SECOND}:cs-reader has another subject than its grant`,
  ],
  [
    'a binding after the revocation of the request',
    [
      revocation('jane'),
      unbound('cs-reader', FIRST, REVOKER),
      unbound('cs-writer', FIRST, REVOKER),
      signing(SECOND),
      record([FIRST, SECOND]),
      bound('cs-reader', SECOND),
    ],
    BOTH,
    'jane got cs-reader although it is revoked',
  ],
  [
    'a binding that a revocation of its grant left',
    [revocation(FIRST), unbound('cs-reader', FIRST, REVOKER)],
    BOTH,
    'jane has cs-writer in apps although it is revoked',
  ],
])('the judge finds %s', (_title, writes, access, fault) => {
  expect(faultsOf(writes, access)).toContain(fault)
})

test('a deletion that a finalizer holds up leaves the access live', () => {
  const judge = new AccessJudge('acme', { apply: APPLY, revokers: [REVOKER] })
  judge.approve('jane', BOTH)
  const [, , reader] = ISSUED
  const kept = {
    ...(reader?.object as { readonly metadata: object }),
    metadata: { finalizers: ['x'] },
  }
  const path = unbound('cs-reader', FIRST).path
  const held = write('delete', path, kept, REVOKER)
  judge.replay([...ISSUED, revocation('jane'), held])
  judge.ended('jane')
  expect(judge.faults).toContain('jane has cs-reader although it is revoked')
  const emptied = write('update', path, { ...kept, subjects: [] }, REVOKER)
  judge.replay([...ISSUED, revocation('jane'), held, emptied, unbound('cs-writer', FIRST, REVOKER)])
  judge.faults.length = 0
  judge.ended('jane')
  expect(judge.faults).toEqual([])
})
