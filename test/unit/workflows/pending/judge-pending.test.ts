// Decisions on pending requests of kubelets: the table of kubelet-csr-approver, and the holes of other approvers.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { KnownInventory, NodeFacts } from '../../../../src/domain/cluster/pending-request.ts'
import { refuseAs } from '../../../../src/domain/problem.ts'
import type { San } from '../../../../src/domain/request/x500.ts'
import type { SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import { parsePolicy, brokenPolicy } from '../../../../src/core/policy/load-policies.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { judgePending } from '../../../../src/workflows/pending/judge-pending.ts'
import { clusterConfig } from '../../../build/effective.ts'
import {
  CLIENT,
  INVENTORY_YAML,
  NODES_SELECTOR,
  NO_FACTS,
  SERVING,
  dns,
  inventory,
  ip,
  nodePolicies,
  pending,
} from '../../../build/pending.ts'
import type { PendingShape } from '../../../build/pending.ts'
import { policy, policyFile, policyYaml } from '../../../build/policy.ts'
import { rawRequest, testKey } from '../../lib/x509/build.ts'

const DENYING = nodePolicies(['deny: true'])

/** `approve POLICY`, `deny CODES` or `leave CODES`. */
function decision(
  object: SigningRequest,
  policies = DENYING,
  facts: NodeFacts = NO_FACTS,
  signerName = object.signerName,
  known = inventory(),
): string {
  const decided = judgePending(object, signerName, {
    policies,
    cluster: clusterConfig(),
    emergency: null,
    facts,
    inventory: known,
  })
  return decided.kind === 'approve'
    ? `approve ${decided.policy}`
    : `${decided.kind} ${[...new Set(decided.problems.map(({ code }) => code))].join(' ')}`
}

/** The hint of the first problem. */
function hintOf(object: SigningRequest, known = inventory()): string | null {
  const place = { cluster: clusterConfig(), emergency: null }
  const rules = { policies: DENYING, ...place, facts: NO_FACTS, inventory: known }
  const decided = judgePending(object, object.signerName, rules)
  return decided.kind === 'approve' ? null : decided.problems[0].hint
}

const held = (name: string, commonName: string, key = 'other'): NodeFacts => ({
  nodes: new Map(),
  addresses: new Map(),
  held: new Map([[name, [{ commonName, key }]]]),
})
const node = (name: string): NodeFacts => ({ ...NO_FACTS, nodes: new Map([[name, 'uid-2']]) })

const TOKEN = {
  signerName: CLIENT,
  username: 'system:bootstrap:abcdef',
  groups: ['system:bootstrappers', 'system:authenticated'],
}
const MASTER = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }

test('the hint for a kubelet names its object and its cluster, as one word of a shell each', () => {
  const unknown = ['O=system:nodes', 'CN=system:node:n9']
  const sans = [dns('n9.nodes.example.com')]
  const asked = { subject: unknown, sans, username: 'system:node:n9' }
  expect(hintOf(pending(asked))).toMatch(/: countersign csr approve csr-n1 --cluster prod$/)
  expect(hintOf(pending({ ...asked, name: 'csr;ls' }))).toContain(
    "csr approve 'csr;ls' --cluster prod",
  )
  const foreign = pending({ sans: [dns('n2.nodes.example.com')] })
  expect(hintOf(foreign)).toMatch(/; if not: countersign csr deny csr-n1 --cluster prod$/)
})

describe('a pending request of a kubelet', () => {
  test.each<[string, PendingShape]>([
    ['with a DNS name and an address', {}],
    ['with an address only', { sans: [ip('10.1.0.1')] }],
    ['with key encipherment', { usages: ['digital signature', 'key encipherment', 'server auth'] }],
    ['with an IPv4 address among several', { sans: [ip('10.1.0.1'), ip('10.1.0.2')] }],
  ])('is approved %s', (_title, shape) => expect(decision(pending(shape))).toBe('approve serving'))

  test.each<[string, string, PendingShape]>([
    [
      'another user name than its common name',
      'deny SIGNER_REQUESTER',
      { username: 'system:node:n2' },
    ],
    [
      'a common name without the prefix of nodes',
      'deny SIGNER_SUBJECT SIGNER_REQUESTER PENDING_NODE POLICY_VALUE',
      { subject: ['O=system:nodes', 'CN=n1'] },
    ],
    [
      'two common names',
      'deny SIGNER_SUBJECT SIGNER_REQUESTER',
      { subject: ['O=system:nodes', 'CN=system:node:n1', 'CN=system:node:n1'] },
    ],
    [
      'another organization',
      'deny SIGNER_SUBJECT POLICY_GROUP_RESERVED POLICY_VALUE',
      { subject: ['O=system:masters', 'CN=system:node:n1'] },
    ],
    [
      'a second organization',
      'deny SIGNER_SUBJECT POLICY_GROUP_RESERVED POLICY_VALUE',
      { subject: ['O=system:nodes', 'O=system:masters', 'CN=system:node:n1'] },
    ],
    [
      'an organization of countersign',
      'deny SIGNER_SUBJECT POLICY_GRANT_RESERVED POLICY_VALUE',
      { subject: ['O=system:nodes', 'O=countersign:acme:abc', 'CN=system:node:n1'] },
    ],
    [
      'an organization that looks like one of countersign',
      'deny SIGNER_SUBJECT POLICY_GRANT_RESERVED POLICY_NAME_SCRIPTS POLICY_VALUE',
      { subject: ['O=system:nodes', 'O=сountersign:acme:abc', 'CN=system:node:n1'] },
    ],
    ['no alternative name', 'deny SIGNER_SAN', { sans: [] }],
    [
      'a URI',
      'deny SIGNER_SAN PENDING_INVENTORY POLICY_VALUE',
      { sans: [dns('n1.nodes.example.com'), { kind: 'uri', value: 'spiffe://a/b' }] },
    ],
    [
      'an email address',
      'deny SIGNER_SAN PENDING_INVENTORY POLICY_VALUE',
      { sans: [ip('10.1.0.1'), { kind: 'emailAddress', value: 'a@example.com' }] },
    ],
    [
      'a DNS name that the policy does not allow',
      'deny PENDING_INVENTORY POLICY_VALUE',
      { sans: [dns('auth.company')] },
    ],
    [
      'an address that the policy does not allow',
      'deny PENDING_INVENTORY POLICY_VALUE',
      { sans: [ip('10.2.0.1')] },
    ],
    [
      'more DNS names than the policy allows',
      'deny PENDING_INVENTORY POLICY_RULE',
      { sans: [dns('n1.nodes.example.com'), dns('m1.nodes.example.com')] },
    ],
    [
      'the name of the API server',
      'deny PENDING_INVENTORY PENDING_NODE POLICY_VALUE',
      { sans: [dns('Kubernetes.default.svc')] },
    ],
    ['a wildcard', 'deny PENDING_INVENTORY PENDING_NODE', { sans: [dns('*.nodes.example.com')] }],
    [
      'a usage more',
      'deny SIGNER_USAGE',
      { usages: ['digital signature', 'server auth', 'client auth'] },
    ],
    [
      'an unknown usage',
      'deny SIGNER_USAGE',
      { usages: ['digital signature', 'server auth', 'root'] },
    ],
    ['a usage less', 'deny SIGNER_USAGE_MISSING', { usages: ['server auth'] }],
    ['a lifetime over the bound', 'deny POLICY_DURATION', { expirationSeconds: 86_401 }],
    ['no lifetime, so a year', 'deny POLICY_DURATION', { expirationSeconds: null }],
    [
      'a name that only looks like that of a node',
      'deny PENDING_NODE',
      { subject: ['O=system:nodes', 'CN=system:node:N1'], username: 'system:node:N1' },
    ],
  ])('is denied with %s', (_title, expected, shape) =>
    expect(decision(pending(shape))).toBe(expected),
  )

  test('is left pending where no policy has deny: true', () =>
    expect(decision(pending({ sans: [] }), nodePolicies())).toBe('leave SIGNER_SAN'))

  test.each<[string, PendingShape]>([
    ['a user who is no node', MASTER],
    ['a user with the name of a node outside of the group', { groups: ['system:authenticated'] }],
  ])('is left pending for %s, since no policy applies', (_title, shape) =>
    expect(decision(pending(shape))).toBe('leave SIGNER_REQUESTER POLICY_NONE_APPLIES'),
  )

  test('is not approved for another user, whatever the policy selects', () => {
    const selector = `{usernames: ["*"], signerNames: [${SERVING}]}`
    const [, serving] = nodePolicies().policies
    const any = {
      ...serving!,
      selector: policy(
        ['constraints: {maxDuration: 1h}', 'approvals: {required: 0}'],
        'any',
        selector,
      ).selector,
    }
    expect(decision(pending(MASTER), { policies: [any], broken: [] })).toBe(
      'leave SIGNER_REQUESTER',
    )
  })

  test('is not approved for a client signer that the provider of the cluster does not have', () => {
    const signerName = 'kubernetes.io/kube-apiserver-client'
    const object = pending({ signerName, subject: ['CN=app'], sans: [], username: 'app' })
    const rules = { emergency: null, facts: NO_FACTS, inventory: inventory() }
    const policies = nodePolicies()
    const codesOn = (provider: 'eks' | 'other') => {
      const cluster = clusterConfig({ provider })
      const decided = judgePending(object, signerName, { ...rules, policies, cluster })
      return 'problems' in decided ? decided.problems.map(({ code }) => code) : []
    }
    expect(codesOn('eks')).toContain('CLUSTER_NO_CLIENT_SIGNER')
    expect(codesOn('other')).not.toContain('CLUSTER_NO_CLIENT_SIGNER')
  })

  test('is left pending for another signer than the one that this turn is for', () => {
    const object = pending({ signerName: 'kubernetes.io/kube-apiserver-client', sans: [] })
    expect(decision(object, DENYING, NO_FACTS, SERVING)).toMatch(/^leave SIGNER_NAME /)
  })

  test.each([
    ['text after the request', `${pending().request}more`],
    [
      'broken DER',
      '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
    ],
    ['nothing', ''],
    [
      'a broken signature',
      encodePem(
        'CERTIFICATE REQUEST',
        rawRequest({}).map((byte, at, all) => (at === all.length - 1 ? byte ^ 1 : byte)),
      ),
    ],
  ])('is left pending with %s, also where a policy denies', (_title, text) =>
    expect(decision(pending({ request: text }))).toBe('leave REQUEST_CSR_BROKEN'),
  )

  test('is left pending while a policy that might apply cannot be read', () => {
    const text = policyYaml(
      ['rules: [{rule: "1 +"}]', 'constraints: {maxDuration: 1h}', 'approvals: {required: 0}'],
      'broken',
      NODES_SELECTOR,
    )
    const file = policyFile(text, 'broken')
    const read = parsePolicy(file)
    if (read.ok) throw new Error('the policy was read')
    const broken = [brokenPolicy(file, read.problems)]
    expect(decision(pending({ sans: [ip('10.9.0.1')] }), { ...DENYING, broken })).toBe(
      'leave PENDING_INVENTORY POLICY_VALUE POLICY_BROKEN',
    )
    expect(decision(pending(), { policies: [], broken })).toBe('leave POLICY_BROKEN')
    expect(decision(pending(), { ...DENYING, broken })).toBe('approve serving')
  })
})

describe('the names of other nodes', () => {
  const names = (...values: readonly string[]) => pending({ sans: values.map(dns) })
  const open = {
    ...DENYING,
    policies: DENYING.policies.map(each => ({
      ...each,
      allowed: {
        ...each.allowed,
        names: {
          ...each.allowed.names,
          dnsNames: { values: ['*'], isRequired: false, validations: [] },
        },
      },
    })),
  }

  /** The inventory is not what refuses in these tests. */
  const wide = inventory(
    [
      'apiVersion: countersign.dev/v1',
      'kind: NodeInventory',
      'metadata: {name: wide}',
      'spec:',
      '  nodes:',
      '    - {name: n1, dnsNames: [n2, n2.nodes.example.com]}',
      '    - {name: a.b, dnsNames: [a.b.example.com]}',
    ].join('\n'),
  )

  test.each([
    ['the name of another Node', 'n2'],
    ['a name below that of another Node', 'n2.nodes.example.com'],
    ['the name of another Node in capitals with a dot', 'N2.'],
  ])('a kubelet does not get %s', (_title, name) =>
    expect(decision(names(name), open, node('n2'), SERVING, wide)).toBe('deny PENDING_OTHER_NODE'),
  )

  test('a Node whose name is the beginning of the own name is no other node', () => {
    const object = pending({
      subject: ['O=system:nodes', 'CN=system:node:a.b'],
      username: 'system:node:a.b',
      sans: [dns('a.b'), dns('a.b.example.com')],
    })
    const facts = {
      ...NO_FACTS,
      nodes: new Map([
        ['a', 'uid-1'],
        ['a.b', 'uid-2'],
      ]),
    }
    expect(
      decision(
        object,
        { ...open, policies: open.policies.map(each => ({ ...each, rules: [] })) },
        facts,
        SERVING,
        wide,
      ),
    ).toBe('approve serving')
  })

  test.each([
    ['DNS n1.nodes.example.com', 'deny PENDING_OTHER_NODE'],
    ['IP 10.1.0.1', 'deny PENDING_OTHER_NODE'],
    ['IP 10.1.0.9', 'approve serving'],
  ])('a certificate of another node for %s leads to: %s', (name, expected) => {
    expect(decision(pending(), DENYING, held(name, 'system:node:n2'))).toBe(expected)
    expect(decision(pending(), DENYING, held(name, 'system:node:n1'))).toBe('approve serving')
  })

  test('a bootstrap token gets the first certificate of a node, and none for a Node that exists', () => {
    expect(decision(pending(TOKEN))).toBe('approve joining')
    expect(decision(pending(TOKEN), DENYING, node('n1'))).toBe('deny PENDING_OTHER_NODE')
    expect(decision(pending({ signerName: CLIENT }), DENYING, node('n1'))).toBe('approve joining')
  })

  test('two machines with one bootstrap token do not get the same name with two keys', () => {
    const key = testKey('P-256')
    const sha256 = createHash('sha256').update(key.spki).digest('hex')
    const own = held('CN system:node:n1', 'system:node:n1', sha256)
    expect(decision(pending({ ...TOKEN, key }), DENYING, own)).toBe('approve joining')
    expect(decision(pending(TOKEN), DENYING, own)).toBe('deny PENDING_OTHER_NODE')
  })

  test('a machine joins again with another key once its Node and its earlier request are gone', () => {
    const kept: NodeFacts = {
      nodes: new Map(),
      addresses: new Map(),
      held: new Map([['CN system:node:n1', [{ commonName: 'system:node:n1', key: null }]]]),
    }
    expect(decision(pending(TOKEN), DENYING, kept)).toBe('approve joining')
  })

  test('a node does not get more than 64 names in certificates that have not expired', () => {
    const before = (count: number): NodeFacts => ({
      nodes: new Map(),
      addresses: new Map(),
      held: new Map(
        Array.from({ length: count }, (_, at) => [
          `IP 10.1.9.${at}`,
          [{ commonName: 'system:node:n1', key: 'a' }],
        ]),
      ),
    })
    expect(decision(pending(), DENYING, before(61))).toBe('approve serving')
    expect(decision(pending(), DENYING, before(62))).toBe('deny PENDING_TOO_MANY')
  })

  test('a bootstrap token gets no serving certificate', () =>
    expect(decision(pending({ ...TOKEN, signerName: SERVING }))).toMatch(/^leave SIGNER_REQUESTER/))
})

describe('the inventory', () => {
  const of = (node: string, sans: readonly San[]) =>
    pending({
      subject: ['O=system:nodes', `CN=system:node:${node}`],
      username: `system:node:${node}`,
      sans,
    })
  const own = dns('m7.nodes.example.com')

  test.each<[string, string, readonly San[]]>([
    ['a name by the template and an address of the network', 'approve', [own, ip('10.1.7.7')]],
    ['its own name', 'approve', [dns('m7.nodes.example.com')]],
    ['the name of another node of the pool', 'PENDING_INVENTORY', [dns('m8.nodes.example.com')]],
    ['an address that is listed for n1', 'PENDING_INVENTORY', [own, ip('10.1.0.1')]],
    ['a name that is listed for n1', 'PENDING_INVENTORY', [dns('n1.nodes.example.com')]],
    ['an address outside of the network', 'PENDING_INVENTORY', [own, ip('10.2.0.1')]],
  ])('of a pool: a node with %s gets: %s', (_title, expected, sans) =>
    expect(decision(of('m7', sans))).toContain(expected),
  )

  test('a node that is neither listed nor in a pool is refused, and one of two pools', () => {
    expect(decision(of('x1', [dns('x1.nodes.example.com')]))).toBe('deny PENDING_INVENTORY')
    const pool = (name: string) =>
      `    - {name: ${name}, nodeNames: ["m*"], dnsNames: ["{name}.nodes.example.com"], maxNodes: 3}`
    const two = INVENTORY_YAML.replace(/  pools:[^]*/, `  pools:\n${pool('a')}\n${pool('b')}`)
    expect(decision(of('m7', [own]), DENYING, NO_FACTS, SERVING, inventory(two))).toBe(
      'leave INVENTORY_POOLS',
    )
  })

  test('a pattern of a pool matches no dot, so no node chooses the name of a Service', () => {
    const service = 'mail.prod.svc'
    expect(decision(of(service, [dns(service)]))).toContain('PENDING_INVENTORY')
    const text = INVENTORY_YAML.replace('"m*"', '"m*.prod.svc"')
    expect(decision(of(service, [dns(service)]), DENYING, NO_FACTS, SERVING, inventory(text))).toBe(
      'deny POLICY_VALUE',
    )
  })

  test('a listed node does not get the address of another listed node', () =>
    expect(decision(pending({ sans: [ip('10.1.1.2')] }))).toBe('deny PENDING_INVENTORY'))

  describe('an address of a node in a pool', () => {
    const reports = (...said: readonly (readonly [string, readonly string[]])[]): NodeFacts => ({
      ...NO_FACTS,
      nodes: new Map(said.map(([name]) => [name, `uid-${name}`])),
      addresses: new Map(said),
    })
    const asks = (...addresses: readonly string[]): SigningRequest =>
      of('m1', [dns('m1.nodes.example.com'), ...addresses.map(ip)])
    const perNode = (count: number): KnownInventory =>
      inventory(`${INVENTORY_YAML}\n      addressesPerNode: ${count}`)
    const holding = (facts: NodeFacts, ...addresses: readonly string[]): NodeFacts => ({
      ...facts,
      held: new Map(
        addresses.map(each => [`IP ${each}`, [{ commonName: 'system:node:m1', key: null }]]),
      ),
    })

    test.each([
      ['that another Node reports stays pending', reports(['m2', ['10.1.5.5', 'm2']])],
      ['that a Node outside of the inventory reports stays pending', reports(['x', ['10.1.5.5']])],
    ])('%s, also where a policy denies', (_, facts) => {
      expect(decision(asks('10.1.5.5'), DENYING, facts)).toBe('leave PENDING_ADDRESS')
    })

    test.each([
      ['that only its own Node reports', reports(['m1', ['10.1.5.5']])],
      [
        'that a Node reports with more than its pool allows',
        reports(['m2', ['10.1.5.5', '10.1.5.6']]),
      ],
      ['that a listed node reports, which has other addresses', reports(['n2', ['10.1.5.5']])],
      [
        'that another node reports after m1 has it',
        holding(reports(['m2', ['10.1.5.5']]), '10.1.5.5'),
      ],
    ])('%s is approved', (_, facts) => {
      expect(decision(asks('10.1.5.5'), DENYING, facts)).toBe('approve serving')
    })

    test('is one of each family by default, also over several certificates', () => {
      expect(decision(asks('10.1.5.5', '10.1.5.6'))).toBe('deny PENDING_TOO_MANY')
      const held = holding(NO_FACTS, '10.1.5.5')
      expect(decision(asks('10.1.5.6'), DENYING, held)).toBe('deny PENDING_TOO_MANY')
      expect(decision(asks('10.1.5.6'), DENYING, held, SERVING, perNode(2))).toBe('approve serving')
    })

    test('that the node holds never waits, also if the pool allows fewer now', () => {
      const held = holding(reports(['m2', ['10.1.5.6']]), '10.1.5.5', '10.1.5.6')
      expect(decision(asks('10.1.5.5', '10.1.5.6'), DENYING, held)).toBe('approve serving')
    })
  })

  test('a full pool gets no more nodes, and those that it has go on', () => {
    const facts: NodeFacts = {
      addresses: new Map(),
      nodes: new Map(['m1', 'm2', 'n1'].map(name => [name, `uid-${name}`])),
      held: new Map([['CN system:node:m3', [{ commonName: 'system:node:m3', key: 'a' }]]]),
    }
    expect(decision(of('m7', [own]), DENYING, facts)).toBe('deny PENDING_TOO_MANY')
    expect(decision(of('m3', [dns('m3.nodes.example.com')]), DENYING, facts)).toBe(
      'approve serving',
    )
  })

  test('a listed node takes no room in a pool that its name also matches', () => {
    const text = INVENTORY_YAML.replace('{name: n2, dnsNames: [n2', '{name: m5, dnsNames: [m5')
    const facts: NodeFacts = {
      addresses: new Map(),
      nodes: new Map(['m1', 'm2', 'm5'].map(name => [name, `uid-${name}`])),
      held: new Map(),
    }
    expect(decision(of('m7', [own]), DENYING, facts, SERVING, inventory(text))).toBe(
      'approve serving',
    )
  })

  test('a node that was removed makes room in its pool, though its certificate has not expired', () => {
    const facts: NodeFacts = {
      addresses: new Map(),
      nodes: new Map(['m1', 'm2'].map(name => [name, `uid-${name}`])),
      held: new Map([['CN system:node:m3', [{ commonName: 'system:node:m3', key: null }]]]),
    }
    expect(decision(of('m7', [own]), DENYING, facts)).toBe('approve serving')
  })

  test.each([SERVING, CLIENT])(
    'without one that counts a request for %s stays pending, also where a policy denies',
    signerName => {
      const none = refuseAs('INVENTORY_UNAPPROVED', 'not approved', null)
      const object = pending({ signerName, sans: [] })
      expect(decision(object, DENYING, NO_FACTS, signerName, none)).toBe(
        'leave INVENTORY_UNAPPROVED',
      )
    },
  )
})
