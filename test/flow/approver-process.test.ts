// countersign controller --approve as a process: one table of pending requests of kubelets, with the decision on each. The first part
// has the cases of the tests of kubelet-csr-approver, the second one holes that other approvers had.
import { expect, test } from '@jest/globals'
import type { ApiObject } from '../build/api-object.ts'
import { asks, mayAsk, SERVING, withApprovers } from '../build/approver-scene.ts'
import type { Asked } from '../build/approver-scene.ts'
import { condition, SIGNING_REQUESTS, withConditions } from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'

const DAY = 86_400
const USAGES = ['digital signature', 'server auth']
const MOST_NAMES = 3

/** NODE is the node that asks, one of its own in each case; OTHER and LIAR are Node objects. */
interface Case {
  readonly title: string
  readonly decision: 'approved' | 'denied' | 'left' | 'not looked at'
  /** Of the problems, each once. */
  readonly codes?: string
  readonly subject?: string
  readonly sans?: readonly string[]
  readonly asked?: Partial<Asked>
  /** Another name for NODE. */
  readonly node?: string
}

/** As --provider-regex '^[\\w-]*\\.test\\.ch$' and --provider-ip-prefixes 192.168.0.0/16,fc00::/7 of kubelet-csr-approver. */
const CASES: readonly Case[] = [
  {
    title: 'a valid request',
    decision: 'approved',
    sans: ['DNS:NODE.test.ch', 'IP:192.168.14.34', 'IP:fc00:1291:feed::cafe'],
  },
  {
    title: 'another signer',
    decision: 'not looked at',
    asked: { spec: { signerName: 'example.com/not-kubelet-serving' } },
  },
  {
    title: 'a service account',
    decision: 'left',
    codes: 'SIGNER_REQUESTER POLICY_NONE_APPLIES',
    asked: { user: 'system:serviceaccount:default:operator', group: 'system:serviceaccounts' },
  },
  {
    title: 'a common name that is not the user name, out of the group of nodes',
    decision: 'denied',
    codes: 'SIGNER_SUBJECT SIGNER_REQUESTER PENDING_NODE POLICY_VALUE POLICY_RULE',
    subject: '/O=system:nodes/CN=funny-common-name',
    asked: { group: 'system:masters' },
  },
  { title: 'no DNS name and no address', decision: 'denied', codes: 'SIGNER_SAN', sans: [] },
  {
    title: 'a name of another host',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE POLICY_RULE',
    sans: ['DNS:fishing.google.com'],
  },
  {
    title: 'the own name in another domain',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE',
    sans: ['DNS:NODE.phishing.ch'],
  },
  {
    title: 'a name that does not resolve, because DNS is not asked',
    decision: 'approved',
    sans: ['DNS:NODE.unresolved.test.ch'],
  },
  {
    title: 'an address out of the ranges',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE',
    sans: ['DNS:NODE.test.ch', 'IP:9.9.9.9'],
  },
  {
    title: 'an address out of the ranges, without a name',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE',
    sans: ['IP:9.9.9.9'],
  },
  {
    title: 'an IPv6 address out of the ranges',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE',
    sans: ['DNS:NODE.test.ch', 'IP:2001:c0fe:beef::14'],
  },
  {
    title: 'an IPv6 address out of the ranges, without a name',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_VALUE',
    sans: ['IP:2001:c0fe:beef::14'],
  },
  {
    title: 'a life of one day more than the most',
    decision: 'denied',
    codes: 'POLICY_DURATION',
    asked: { spec: { expirationSeconds: 368 * DAY } },
  },
  {
    title: 'no life, so the most of the signer',
    decision: 'approved',
    asked: { spec: { expirationSeconds: undefined } },
  },
  {
    title: 'more names than allowed',
    decision: 'denied',
    codes: 'POLICY_RULE',
    sans: ['a', 'b', 'c', 'd'].map(label => `DNS:NODE.${label}.test.ch`),
  },
  {
    title: 'the own name as the beginning of another one',
    decision: 'denied',
    codes: 'PENDING_INVENTORY POLICY_RULE',
    sans: ['DNS:NODE-auth.test.ch'],
  },
  // Holes that approvers had.
  {
    title: 'a client certificate of a person',
    decision: 'not looked at',
    subject: '/O=owners/CN=owner',
    sans: [],
    asked: {
      spec: { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'] },
      group: 'system:masters',
    },
  },
  {
    title: 'the group of administrators',
    decision: 'denied',
    codes: 'SIGNER_SUBJECT POLICY_GROUP_RESERVED POLICY_VALUE',
    subject: '/O=system:masters/CN=system:node:NODE',
  },
  {
    title: 'the group of administrators too',
    decision: 'denied',
    codes: 'SIGNER_SUBJECT POLICY_GROUP_RESERVED POLICY_VALUE',
    subject: '/O=system:nodes/O=system:masters/CN=system:node:NODE',
  },
  {
    title: 'a person who asks for a node',
    decision: 'left',
    codes: 'SIGNER_REQUESTER POLICY_NONE_APPLIES',
    asked: { user: 'author', group: 'developers' },
  },
  {
    title: 'an administrator with the user name of a node',
    decision: 'denied',
    codes: 'SIGNER_REQUESTER',
    asked: { group: 'system:masters' },
  },
  {
    title: 'the name of another node',
    decision: 'denied',
    codes: 'PENDING_INVENTORY PENDING_OTHER_NODE POLICY_RULE',
    sans: ['DNS:OTHER.test.ch'],
  },
  {
    title: 'the name of another node, in capitals and with a dot',
    decision: 'denied',
    codes: 'PENDING_INVENTORY PENDING_OTHER_NODE POLICY_VALUE POLICY_RULE',
    sans: ['DNS:OTHER.TEST.CH.'],
  },
  {
    title: 'an address in the certificate of another node',
    decision: 'denied',
    codes: 'PENDING_OTHER_NODE',
    sans: ['DNS:NODE.test.ch', 'IP:192.168.0.99'],
  },
  {
    title: 'an address that the node wrote into its own status',
    decision: 'denied',
    codes: 'PENDING_INVENTORY PENDING_ADDRESS POLICY_VALUE',
    sans: ['IP:10.9.9.9'],
    node: 'LIAR',
  },
  {
    title: 'names and address of the API server',
    decision: 'denied',
    codes: 'PENDING_INVENTORY PENDING_NODE POLICY_VALUE POLICY_RULE',
    sans: ['DNS:kubernetes.default.svc', 'IP:10.0.0.1'],
  },
  {
    title: 'a wildcard',
    decision: 'denied',
    codes: 'PENDING_INVENTORY PENDING_NODE POLICY_RULE',
    sans: ['DNS:*.test.ch'],
  },
  {
    title: 'a URI',
    decision: 'denied',
    codes: 'SIGNER_SAN PENDING_INVENTORY POLICY_VALUE',
    sans: ['DNS:NODE.test.ch', 'URI:spiffe://a/b'],
  },
  {
    title: 'an email address',
    decision: 'denied',
    codes: 'SIGNER_SAN PENDING_INVENTORY POLICY_VALUE',
    sans: ['DNS:NODE.test.ch', 'email:owner@test.ch'],
  },
  {
    title: 'client authentication too',
    decision: 'denied',
    codes: 'SIGNER_USAGE POLICY_USAGE',
    asked: { spec: { usages: [...USAGES, 'client auth'] } },
  },
  {
    title: 'no digital signature',
    decision: 'denied',
    codes: 'SIGNER_USAGE_MISSING',
    asked: { spec: { usages: ['server auth'] } },
  },
  {
    title: 'a certificate authority',
    decision: 'denied',
    codes: 'SIGNER_KEY POLICY_CA',
    asked: { shape: { extensions: ['basicConstraints = critical,CA:TRUE'] } },
  },
  {
    title: 'text after the request',
    decision: 'left',
    codes: 'REQUEST_CSR_BROKEN',
    asked: { more: 'more' },
  },
]

describeSubjects('a controller that approves', subject => {
  test('it decides on each request of this table, once', async () => {
    const { admin } = subject()
    const base = subject().name('n')
    const policy = {
      selector: { paths: null, usernames: [`system:node:${base}-*`], signerNames: [SERVING] },
      allowed: {
        commonName: { required: true, value: `system:node:${base}-*` },
        subject: { organizations: { values: ['system:nodes'] } },
        dnsNames: { values: ['*.test.ch'] },
        ipAddresses: { values: ['192.168.*', 'fc00:*'] },
        usages: USAGES,
      },
      constraints: { maxDuration: '8808h' },
      rules: [
        {
          rule: `!has(request.dnsNames) || size(request.dnsNames) <= ${MOST_NAMES}`,
          message: `at most ${MOST_NAMES} DNS names`,
        },
        {
          rule: "!has(request.dnsNames) || request.dnsNames.all(dns, ('system:node:' + dns).startsWith(request.commonName + '.'))",
          message: 'the first label of a DNS name must be the name of the node',
        },
      ],
      sinks: null,
      approvals: { required: 0 },
      deny: true,
    }
    const table = CASES.map((each, at) => completed(each, base, at))
    await mayAsk(subject(), ['system:nodes', 'developers', 'system:serviceaccounts'])
    for (const name of ['other', 'liar'].map(each => `${base}-${each}`)) {
      const status = { addresses: [{ type: 'InternalIP', address: '10.9.9.9' }] }
      await admin.created('/api/v1/nodes', { metadata: { name }, status })
      subject().later(`/api/v1/nodes/${name}`)
    }
    const first = `${subject().name('csr')}-other`
    const others = {
      title: first,
      decision: 'approved',
      node: `${base}-other`,
      sans: ['DNS:NODE.test.ch', 'IP:192.168.0.99'],
    } as const
    await asks(subject(), first, completed(others, base, 0).asked)
    await admin.put(
      `${SIGNING_REQUESTS}/${first}/approval`,
      withConditions((await admin.get(`${SIGNING_REQUESTS}/${first}`)).body, condition('Approved')),
    )
    for (const { csr, asked } of table)
      await asks(subject(), `${subject().name('csr')}-${csr}`, asked)

    const labels = ['', '.unresolved', ...['a', 'b', 'c', 'd'].map(each => `.${each}`)]
    const pool = {
      nodeNames: [`${base}-*`],
      dnsNames: labels.map(each => `{name}${each}.test.ch`),
      addresses: ['192.168.0.0/16', 'fc00::/7'],
    }
    const words = { signers: [SERVING], policies: { 'policies/nodes.yaml': policy }, pool }
    await withApprovers(subject(), words, async ({ acme, start }) => {
      const approver = start()
      const nameOf = ({ csr }: { readonly csr: string }): string =>
        `${subject().name('csr')}-${csr}`
      const seen = table.filter(({ decision }) => decision !== 'not looked at')
      await approver.until(() => seen.every(each => approver.decided.has(nameOf(each))))
      const read = async (path: string) => (await fetch(`http://${approver.address}${path}`)).text()
      expect(await read('/readyz')).toBe('ok\n')
      const metrics = await read('/metrics')
      for (const decision of ['approved', 'denied', 'left']) {
        const count = seen.filter(each => each.decision === decision).length
        expect(metrics).toContain(
          `countersign_decisions_total{decision="${decision}",signer="${SERVING}"} ${count}\n`,
        )
      }
      expect(metrics).toMatch(/^countersign_pending_requests\{signer=".*kubelet-serving"\} \d/m)
      const ran = await approver.stop()
      expect(ran).toMatchObject({ code: 0, signal: null })
      expect(ran.stdout + ran.stderr).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/)

      const commit = acme.stage.tip('main')
      const said: object[] = []
      for (const each of table) {
        const { body } = await admin.get(`${SIGNING_REQUESTS}/${nameOf(each)}`)
        const lines = approver.decided.get(nameOf(each)) ?? []
        const problems = lines[0]?.problems?.map(({ code }) => code) ?? []
        said.push({
          title: each.title,
          decision: decisionOf(body, lines.length),
          codes: [...new Set(problems)].join(' '),
        })
        if (each.decision === 'approved')
          expect(body.status.conditions).toMatchObject([
            { reason: 'CountersignPolicy', message: `policy nodes at commit ${commit}` },
          ])
        expect(lines.length).toBeLessThan(2)
      }
      expect(said).toEqual(
        table.map(({ title, decision, codes = '' }) => ({ title, decision, codes })),
      )
    })
  })
})

/** With the names of this run. */
function completed(
  {
    subject: name = '/O=system:nodes/CN=system:node:NODE',
    sans = ['DNS:NODE.test.ch'],
    asked = {},
    node,
    ...rest
  }: Case,
  base: string,
  at: number,
) {
  const own = node?.replace('LIAR', `${base}-liar`) ?? `${base}-${at}`
  const named = (text: string): string =>
    text
      .replaceAll('NODE', own)
      .replaceAll(
        /OTHER/g,
        text.includes('TEST.CH') ? `${base}-other`.toUpperCase() : `${base}-other`,
      )
  const spec = { signerName: SERVING, usages: USAGES, expirationSeconds: 3600, ...asked.spec }
  const shape = { ...asked.shape, subject: named(name), sans: sans.map(named) }
  return { ...rest, csr: String(at), asked: { user: `system:node:${own}`, ...asked, spec, shape } }
}

function decisionOf({ status }: ApiObject, lines: number): Case['decision'] {
  const types = (status.conditions ?? []).map(({ type }: { readonly type: string }) => type)
  if (types.includes('Approved')) return 'approved'
  if (types.includes('Denied')) return 'denied'
  return lines === 0 ? 'not looked at' : 'left'
}
