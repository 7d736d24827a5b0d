// countersign controller --approve as a process: pending requests of kubelets, right and wrong, each decided once by the reviewed policy.
import { createInterface } from 'node:readline'
import { expect, test } from '@jest/globals'
import { withAcme } from '../build/at-acme.ts'
import type { ApiObject } from '../build/api-object.ts'
import { configuration, MAY_READ } from '../build/github-run.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import type { RequestShape } from '../build/openssl-request.ts'
import { placeIn } from '../build/place.ts'
import { SIGNING_REQUESTS, signingRequest } from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, kubeconfig, rulesOf } from '../build/workshop.ts'

const TOKEN = 'ghs_of_the_approver'
const SERVING = 'kubernetes.io/kubelet-serving'
const USAGES = ['digital signature', 'server auth']

interface Line {
  readonly message: string
  readonly address?: string
  readonly policy?: string | null
  readonly commit?: string
  readonly problems?: readonly { readonly code: string }[]
}

interface Asked {
  readonly shape?: RequestShape
  readonly spec?: object
  /** User that creates it, if not the node. */
  readonly user?: string
  readonly groups?: readonly string[]
  /** After the PEM text. */
  readonly more?: string
}

describeSubjects('a controller that approves', subject => {
  test('it approves and denies by the policy, decides once on each request, and leaves the others pending', async () => {
    const place = await placeIn(subject())
    const { admin } = place
    const base = subject().name('node')
    const policy = {
      selector: {
        paths: null,
        usernames: [`system:node:${base}-*`],
        groups: ['system:nodes'],
        signerNames: [SERVING],
      },
      allowed: {
        commonName: { value: `system:node:${base}-*` },
        subject: { organizations: { values: ['system:nodes'] } },
        dnsNames: { values: [`${base}-*`] },
        ipAddresses: { values: ['10.1.*'] },
        usages: USAGES,
      },
      constraints: { maxDuration: '24h' },
      sinks: null,
      approvals: { required: 0 },
      deny: true,
    }
    const create = async (node: string, asked: Asked = {}): Promise<string> => {
      const { shape, spec, user = `system:node:${node}`, groups = ['system:nodes'], more } = asked
      const name = subject().name(`csr-${node}`)
      const { pem } = opensslRequest({
        subject: `/O=system:nodes/CN=system:node:${node}`,
        sans: [`DNS:${node}`, `IP:10.1.0.${node.split('-').at(-1)}`],
        ...shape,
      })
      const request = Buffer.from(`${pem}${more ?? ''}`).toString('base64')
      const usual = { request, signerName: SERVING, usages: USAGES, expirationSeconds: 3600 }
      subject().later(`${SIGNING_REQUESTS}/${name}`)
      const { code } = await admin.call(
        'POST',
        SIGNING_REQUESTS,
        signingRequest(name, { ...usual, ...spec }),
        { headers: { 'impersonate-user': user, 'impersonate-group': groups[0] ?? '' } },
      )
      expect(code).toBe(201)
      return name
    }
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const metadata = { name: `${base}-may-ask` }
    const rules = [
      {
        apiGroups: ['certificates.k8s.io'],
        resources: ['certificatesigningrequests'],
        verbs: ['create'],
      },
    ]
    const apiGroup = 'rbac.authorization.k8s.io'
    await admin.created(`${rbac}/clusterroles`, { metadata, rules })
    await admin.created(`${rbac}/clusterrolebindings`, {
      metadata,
      roleRef: { apiGroup, kind: 'ClusterRole', name: metadata.name },
      subjects: ['system:nodes', 'developers'].map(name => ({ apiGroup, kind: 'Group', name })),
    })
    for (const kind of ['clusterroles', 'clusterrolebindings'])
      subject().later(`${rbac}/${kind}/${metadata.name}`)
    await admin.created('/api/v1/nodes', { metadata: { name: `${base}-99` } })
    subject().later(`/api/v1/nodes/${base}-99`)
    const right = await Promise.all(
      Array.from({ length: 8 }, (_, at) => create(`${base}-${at + 1}`)),
    )
    const denied = {
      // The real API server refuses to create a request of a node for another one (NodeRestriction).
      SIGNER_USAGE_MISSING: await create(`${base}-21`, { spec: { usages: ['server auth'] } }),
      'PENDING_INVENTORY PENDING_OTHER_NODE': await create(`${base}-23`, {
        shape: { sans: [`DNS:${base}-99`] },
      }),
      SIGNER_SAN: await create(`${base}-24`, { shape: { sans: [] } }),
      'SIGNER_SUBJECT POLICY_GROUP_RESERVED POLICY_VALUE': await create(`${base}-25`, {
        shape: { subject: `/O=system:masters/CN=system:node:${base}-25` },
      }),
      'SIGNER_USAGE POLICY_USAGE': await create(`${base}-26`, {
        spec: { usages: [...USAGES, 'client auth'] },
      }),
      POLICY_DURATION: await create(`${base}-27`, { spec: { expirationSeconds: 86_401 } }),
      'PENDING_INVENTORY POLICY_VALUE': await create(`${base}-28`, {
        shape: { sans: ['DNS:auth.company'] },
      }),
      'SIGNER_SAN PENDING_INVENTORY POLICY_VALUE': await create(`${base}-29`, {
        shape: { sans: [`DNS:${base}-29`, 'URI:spiffe://a/b'] },
      }),
    }
    const left = {
      REQUEST_CSR_BROKEN: await create(`${base}-31`, { more: 'more' }),
      'SIGNER_REQUESTER POLICY_NONE_APPLIES': await create(`${base}-32`, {
        user: 'author',
        groups: ['developers'],
      }),
    }
    const otherSigner = await create(`${base}-33`, { spec: { signerName: 'example.com/nobody' } })
    const ownAttempt = await create(`${base}-34`)

    const inventory = {
      nodes: [],
      pools: [{ name: 'test', nodeNames: [`${base}-*`], addresses: ['10.1.0.0/16'], maxNodes: 40 }],
    }
    const config = configuration(place, { nodeInventory: 'nodes/prod' })
    const workshop = new Workshop()
    workshop.write('countersign.yaml', usualFile('countersign.yaml', config))
    workshop.write('policies/nodes.yaml', usualFile('policies/nodes.yaml', policy))
    const printed = await workshop.run(['manifests', 'approver', '--cluster', 'prod'])
    const user = subject().name('approver')
    const login = await subject().backend.user(user, [], rulesOf(printed.stdout))
    const files = { 'countersign.yaml': config, 'policies/nodes.yaml': policy }
    await withAcme(place, { files }, async acme => {
      acme.does('author pushes to nodes', { 'nodes/prod/test.yaml': inventory })
      acme.does('author opens PR1 from nodes')
      acme.does('owner approves PR1')
      acme.does('author merges PR1 (squash)')
      acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_READ })
      const wanted = [...right, ...Object.values(denied), ...Object.values(left), ownAttempt]
      const decided = new Map<string, Line>()
      const args = ['controller', '--repository', 'acme/certs', '--cluster', 'prod']
      const trust = ['--trusted-config', await acme.digest(), '--listen', '127.0.0.1:0']
      const ran = await workshop.run([...args, ...trust, '--approve', SERVING], {
        env: {
          CI: 'true',
          GITHUB_API_URL: acme.url,
          GITHUB_TOKEN: TOKEN,
          KUBECONFIG_PROD: kubeconfig(place, login),
        },
        meanwhile: async child => {
          try {
            if (child.stdout === null) throw new Error('no stdout')
            let address = ''
            for await (const text of createInterface({ input: child.stdout })) {
              const line = JSON.parse(text) as Line
              address = line.address ?? address
              const [name = '', said] = line.message.split(': ')
              if (wanted.includes(name) && said !== undefined) {
                expect(decided.has(name)).toBe(false)
                decided.set(name, line)
              }
              if (wanted.every(each => decided.has(each))) break
            }
            const ask = async (path: string): Promise<string> =>
              (await fetch(`http://${address}${path}`)).text()
            expect(await ask('/readyz')).toBe('ok\n')
            const metrics = await ask('/metrics')
            const count = (decision: string) =>
              `countersign_decisions_total{decision="${decision}",signer="${SERVING}"}`
            expect(metrics).toContain(`${count('approved')} ${right.length + 1}\n`)
            expect(metrics).toContain(`${count('denied')} ${Object.keys(denied).length}\n`)
            expect(metrics).toMatch(
              /^countersign_pending_requests\{signer=".*kubelet-serving"\} \d/m,
            )
          } finally {
            child.kill('SIGTERM')
          }
        },
      })
      expect(ran).toMatchObject({ code: 0, signal: null })
      expect(ran.stdout + ran.stderr).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/)
      const of = async (name: string): Promise<ApiObject> =>
        (await admin.get(`${SIGNING_REQUESTS}/${name}`)).body
      const commit = acme.stage.tip('main')
      for (const name of right) {
        expect((await of(name)).status.conditions).toMatchObject([
          {
            type: 'Approved',
            reason: 'CountersignPolicy',
            message: `policy nodes at commit ${commit}`,
          },
        ])
      }
      for (const [codes, name] of Object.entries(denied)) {
        expect((await of(name)).status.conditions).toMatchObject([{ type: 'Denied' }])
        const found = decided.get(name)?.problems?.map(({ code }) => code) ?? []
        expect([...new Set(found)].join(' ')).toBe(codes)
      }
      for (const [codes, name] of Object.entries(left)) {
        expect((await of(name)).status.conditions ?? []).toEqual([])
        expect(
          decided
            .get(name)
            ?.problems?.map(({ code }) => code)
            .join(' '),
        ).toBe(codes)
      }
      expect((await of(otherSigner)).status.conditions ?? []).toEqual([])
    })
    workshop.end()
  })
})
