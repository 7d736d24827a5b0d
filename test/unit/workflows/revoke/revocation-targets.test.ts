import { describe, expect, test } from '@jest/globals'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { leafOf } from '../../../../src/core/plan/current-certificate.ts'
import { recordedCertificate } from '../../../../src/core/plan/certificate-history.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { GrantBinding } from '../../../../src/ports/grants.ts'
import {
  allGrants,
  targetsIn,
  userOf,
} from '../../../../src/workflows/revoke/revocation-targets.ts'
import type { Revocable } from '../../../../src/workflows/revoke/revocation-targets.ts'
import { effective, subject } from '../../../build/effective.ts'
import { AUTHOR, evidence, OWNER, REVIEWER } from '../../../build/evidence.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'

const GRANT = grantGroup('acme', 'abcdefghijklmnopqrst')
const OTHER = grantGroup('acme', 'bbbbbbbbbbbbbbbbbbbb')

/** The record of a request with a certificate that carries GRANT, by a pull request of AUTHOR with a commit of OWNER. */
function granted(name: string): RequestRecord {
  const request = effective({ name })
  const order = { subject: subject(`CN=${name}`, `O=developers`, `O=${GRANT}`) }
  const proof = {
    kind: 'review',
    by: 'reviewer',
    digest: '0'.repeat(64),
    evidence: evidence({
      contributors: [AUTHOR, OWNER],
    }),
  } as const
  const issued = issuedRecord(request, { order, proof, people: [AUTHOR, OWNER] })
  const leaf = leafOf(issued)
  if (leaf === null) throw new Error('no certificate')
  const { n, objectName } = issued
  const entry = recordedCertificate(leaf, {
    n,
    objectName,
    targets: [],
    approval: null,
    proof: '',
    grant: GRANT,
  })
  return requestRecord(request, { issued, history: [entry] })
}

function binding(name: string, request: string | null, ...grants: string[]): GrantBinding {
  const place = {
    clusterRole: 'view',
    namespace: 'apps',
    isGranting: true,
    isExact: true,
    isOfTheseRecords: true,
    uid: name,
  }
  return { name, request, grants, ...place }
}

const records = [granted('jane'), requestRecord(effective({ name: 'deployer' }))]
const bindings = [
  binding('marked', 'jane', OTHER),
  binding('unmarked', null, GRANT),
  binding('of-another', 'deployer', grantGroup('acme', 'c'.repeat(20))),
]

function found(asked: Partial<Revocable>): readonly (readonly [string, string, string[]])[] {
  const all = { names: [], login: null, grant: null, ...asked }
  return targetsIn(all, 'acme', records, bindings).map(target => [
    target.what,
    target.value,
    target.bindings.map(({ name }) => name),
  ])
}

describe('what a revocation applies to', () => {
  test('a name has the bindings with its annotation and those of the grants in its certificate', () => {
    expect(found({ names: ['jane', 'jane'] })).toEqual([
      ['request', 'jane', ['marked', 'unmarked']],
    ])
  })

  test('a name without a record or a binding is a target too', () => {
    expect(found({ names: ['stranger'] })).toEqual([['request', 'stranger', []]])
  })

  test.each([['AUTHOR'], ['owner']])(
    'the login %s finds the requests that it opened or contributed to, whatever its case',
    login => {
      expect(found({ login })).toEqual([['request', 'jane', ['marked', 'unmarked']]])
    },
  )

  test('the login of a reviewer finds nothing, and no login finds a request that a terminal applied', () => {
    expect(found({ login: REVIEWER.login })).toEqual([])
  })

  test.each([[GRANT], [GRANT.slice(-20)]])('the grant %s has its own bindings only', grant => {
    expect(found({ grant })).toEqual([['grant', GRANT, ['unmarked']]])
  })

  test('the records of a grant are those of the request with the certificate', () => {
    const asked = { names: [], login: null, grant: GRANT }
    expect(targetsIn(asked, 'acme', records, [])[0]?.records).toEqual([records[0]])
  })

  test.each<[string, Partial<Revocable>, string]>([
    [
      'a grant of another owner',
      { grant: grantGroup('other', 'a'.repeat(20)) },
      'is not a grant of acme',
    ],
    ['a grant of 19 letters', { grant: 'a'.repeat(19) }, 'is not a grant of acme'],
    ['a path', { names: ['requests/jane.yaml'] }, 'is not a name for a request'],
  ])('%s is refused', (_, asked, says) => {
    expect(() => found(asked)).toThrow(says)
  })
})

test('a request ends the grants of its bindings, but none that the record of another request has', () => {
  const unknown = grantGroup('acme', 'd'.repeat(20))
  const jane = granted('jane')
  const history = jane.history.map(each => ({ ...each, grant: OTHER }))
  const all = [jane, requestRecord(effective({ name: 'deployer' }), { history })]
  const odd = [
    binding('marked', 'jane', OTHER),
    binding('widened', null, GRANT, OTHER),
    binding('of-a-lost-record', 'jane', unknown),
  ]
  const asked = { names: ['jane'], login: null, grant: null }
  const [target] = targetsIn(asked, 'acme', all, odd)
  expect(target?.bindings).toEqual(odd)
  expect(allGrants(target!, odd, 'acme')).toEqual([GRANT, unknown])
})

test('the groups of a certificate do not count for a revoked grant if they are another grant', () => {
  const groupsFor = (what: 'request' | 'grant', value: string) =>
    userOf(granted('jane'), { what, value })?.groups
  expect(groupsFor('grant', OTHER)).toEqual(['developers'])
  expect(groupsFor('grant', GRANT)).toEqual(['developers', GRANT])
  expect(groupsFor('request', 'jane')).toEqual(['developers', GRANT])
})

test('a binding that names a request of other records is not one of its bindings', () => {
  const other = { ...binding('of-other-records', 'jane', OTHER), isOfTheseRecords: false }
  const asked = { names: ['jane'], login: null, grant: null }
  expect(targetsIn(asked, 'acme', records, [other])[0]?.bindings).toEqual([])
})

test('the grant of an attempt under way belongs to its request', () => {
  const deadline = new Date('2030-01-01T00:00:00Z')
  const claim = { holder: 'a run', n: 1, objectName: 'cs-jane', deadline, grant: OTHER }
  const record = requestRecord(effective({ name: 'jane' }), { issued: null, claim })
  const asked = { names: ['jane'], login: null, grant: null }
  const [target] = targetsIn(asked, 'acme', [record], [binding('unmarked', null, OTHER)])
  expect(target?.bindings.map(({ name }) => name)).toEqual(['unmarked'])
})

test.each([
  ['63:7f:9a', 'its request is named by: countersign prove 63:7f:9a'],
  ['*', 'name each request'],
  ['leo jane', 'countersign revoke leo jane'],
  ['leo, jane', 'countersign revoke leo jane'],
  ['jane@prod', 'countersign revoke jane --cluster prod'],
  ['O=developers, CN=jane', 'if its request is called so: countersign revoke jane'],
  // Never the name of somebody else: jane is another request.
  ['CN=jane.doe', 'give the name, not the file'],
  ['CN=jane doe', 'give the name, not the file'],
  ['requests/jane.yaml', 'give the name, not the file'],
])('the hint for %s says how to find the name', (odd, hint) =>
  expect(() => targetsIn({ names: [odd], login: null, grant: null }, 'acme', [], [])).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ hint }) }),
  ),
)
