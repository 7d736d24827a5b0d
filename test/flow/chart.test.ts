// charts/countersign with helm on a real control plane: lint and refusals of its schema, install and upgrade, and its pods played with
// their own arguments, service accounts and rights. Each right of the chart is missed by one of these tests.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments, stringify } from 'yaml'
import { chartCommands } from '../../src/setup/chart-values.ts'
import { until } from '../build/guarded-cluster.ts'
import { installation } from '../build/installation.ts'
import { authority, pemOf } from '../build/issued.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../build/signing-requests.ts'
import { hasRealSubject } from '../build/subjects.ts'
import {
  CHART,
  DEPLOYMENTS,
  InstalledChart,
  OWN_VALUES,
  SERVING,
  exampleConfiguration,
  helmPath,
  printedValues,
  runHelm,
} from '../chart/installed-chart.ts'
import type { Component, Manifest, Rule } from '../chart/installed-chart.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const EVENTS = '/apis/events.k8s.io/v1/namespaces/countersign/events'
const USAGES = ['digital signature', 'server auth']
const KNOWN_NODE = 'node-known'
const ACCESS = [
  { clusterRole: 'cs-reader', cluster: true },
  { clusterRole: 'cs-reader', namespaces: ['apps'] },
]
const helm = hasRealSubject ? helmPath() : null
const describeHelm = helm === null ? describe.skip : describe

const nowhere = { server: 'https://10.0.0.1:6443', caPem: pemOf(authority('ca').certificate) }
const printed = helm === null ? '' : await printedValues(exampleConfiguration(nowhere))
const manifests: readonly Manifest[] = helm === null ? [] : parse(printed).manifests

/** One verb on one resource. */
interface Right {
  readonly title: string
  readonly component: Component
  readonly role: Manifest
  readonly at: number
  readonly resource: string
  readonly verb: string
}

/** The rights of countersign itself. That of live grants belongs to accounts that do not exist: conformance/guard asks for its effect. */
const isOfCountersign = ({ metadata: { name } }: Manifest): boolean => !name.endsWith('-grants')
const RIGHTS: readonly Right[] = manifests.filter(isOfCountersign).flatMap(role =>
  (role.rules ?? []).flatMap((rule, at) =>
    rule.resources.flatMap(resource =>
      rule.verbs.map(verb => ({
        title: `${verb} ${resource}${rule.resourceNames === undefined ? '' : ' by name'} (${role.kind} ${role.metadata.name}, rule ${at + 1})`,
        component: role.metadata.name.endsWith('-approver') ? 'approver' : 'controller',
        role,
        at,
        resource,
        verb,
      })),
    ),
  ),
)
const isOfDoctor = ({ resource }: Right): boolean => resource.startsWith('validatingadmission')

describeHelm('the chart', () => {
  const home = mkdtempSync(join(tmpdir(), 'countersign-helm-'))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  const run = (command: readonly string[], own: object, namespace = 'countersign'): string => {
    const files = [printed, stringify(own)].map((text, index) => {
      const path = join(home, `${index}.yaml`)
      writeFileSync(path, text)
      return ['-f', path]
    })
    return runHelm(helm ?? '', [...command, CHART, '--namespace', namespace, ...files.flat()], home)
  }
  const template = ['template', 'countersign']

  test('helm lint finds nothing in the chart with the printed values', () => {
    expect(run(['lint', '--strict'], OWN_VALUES)).toContain('0 chart(s) failed')
  })

  test('the chart renders the printed manifests unchanged, and two Deployments with a PodDisruptionBudget each', () => {
    const rendered: readonly Manifest[] = parseAllDocuments(run(template, OWN_VALUES)).map(one =>
      one.toJS(),
    )
    const key = ({ kind, metadata: { namespace = '', name } }: Manifest): string =>
      `${kind} ${namespace}/${name}`
    const sorted = (objects: readonly Manifest[]) =>
      objects.toSorted((a, b) => key(a).localeCompare(key(b), 'en'))
    const isOwn = ({ kind }: Manifest): boolean =>
      kind === 'Deployment' || kind === 'PodDisruptionBudget'
    expect(sorted(rendered.filter(each => !isOwn(each)))).toEqual(sorted(manifests))
    expect(rendered.filter(isOwn).map(key).toSorted()).toEqual(
      ['Deployment', 'PodDisruptionBudget'].flatMap(kind =>
        ['approver', 'controller'].map(name => `${kind} countersign/countersign-${name}`),
      ),
    )
  })

  test('no Deployment keeps an older ReplicaSet, which could be scaled up with an older trust root', () => {
    const text = run(template, OWN_VALUES)
    expect(text.match(/^ {2}revisionHistoryLimit: 0\b/gm)).toHaveLength(2)
  })

  test('with the address of a Gitea server the pods get it, its token, and a folder that they can write', () => {
    const text = run(template, { ...OWN_VALUES, approve: [], giteaUrl: 'https://git.example.com' })
    expect(text).toContain('- {name: GITEA_SERVER_URL, value: "https://git.example.com"}')
    expect(text).toMatch(
      /- name: GITEA_SERVER_TOKEN\n +valueFrom:\n +secretKeyRef: {name: countersign-github,/,
    )
    expect(text).toMatch(/- {name: tmp, mountPath: \/tmp}\n +volumes:\n +- name: tmp/)
    expect(text).not.toContain('GITHUB_TOKEN')
    expect(run(template, OWN_VALUES)).not.toMatch(/GITEA|emptyDir/)
  })

  test('without signers to approve there is one Deployment', () => {
    const text = run(template, { ...OWN_VALUES, approve: [] })
    expect(text.match(/^kind: Deployment$/gm)).toHaveLength(1)
  })

  const image = OWN_VALUES.image
  test('helm renders the command of bootstrap --controller without rights and guard', () => {
    const name = 'countersign-approver'
    const subject = { kind: 'ServiceAccount', namespace: 'countersign', name } as const
    const installed = installation({ approver: { subject, signers: [SERVING] } })
    const digest = `sha256:${'1'.repeat(64)}`
    const [, , command = ''] = chartCommands(installed, 'acme/certs', digest, null)
    const line = command
      .replace('helm upgrade --install', `'${helm}' template`)
      .replace('charts/countersign', CHART)
      .replace('sha256:DIGEST', image.digest)
    const text = execFileSync('sh', ['-c', line], { encoding: 'utf8', env: { HOME: home } })
    expect(text.match(/^kind: .*$/gm)?.toSorted()).toEqual(
      ['Deployment', 'Deployment', 'PodDisruptionBudget', 'PodDisruptionBudget'].map(
        kind => `kind: ${kind}`,
      ),
    )
    expect(text).toContain(`- --trusted-config=${digest}\n`)
    expect(text).toContain(`- "--approve=${SERVING}"\n`)
  })

  test.each([
    ['an unknown value', { serviceAccount: 'other' }, /serviceAccount/],
    ['an image with a tag instead of a digest', { image: { ...image, digest: '0.1.0' } }, /digest/],
    ['no image', { image: null }, /image/],
    ['no repository', { github: {} }, /repository/],
    ['a manifest of another kind', { manifests: [{ ...manifests[0], kind: 'Pod' }] }, /kind/],
    ['an address with a password', { giteaUrl: 'https://a:b@git.example.com' }, /giteaUrl/],
    ['a digest that is none', { trustedConfig: 'main' }, /trustedConfig/],
  ])('the chart refuses %s', (_title, changes, says) => {
    expect(() => run(template, { ...OWN_VALUES, ...changes })).toThrow(says)
  })

  test('the chart refuses another namespace than that of the service accounts', () => {
    expect(() => run(template, OWN_VALUES, 'default')).toThrow(/--namespace countersign/)
  })
})

describeHelm('the chart on a real control plane', () => {
  let chart: InstalledChart
  let count = 0
  /** The first brought the inventory of nodes. */
  let pulls = 1

  beforeAll(async () => {
    chart = await InstalledChart.start(helm ?? '')
    await chart.install()
  })
  afterAll(async () => {
    expect(await chart?.end()).toEqual([])
  })

  /** Runs a pod until `isEnd` or a right is missing, then ends it gracefully. Returns its log. */
  async function play(
    component: Component,
    isEnd: (line: string) => boolean | Promise<boolean>,
  ): Promise<string> {
    const ran = await chart.runPod(component, async child => {
      try {
        if (child.stdout === null) throw new Error('no stdout')
        for await (const line of createInterface({ input: child.stdout }))
          if (isForbidden.test(line) || (await isEnd(line))) break
      } finally {
        child.kill('SIGTERM')
      }
    })
    return ran.stdout + ran.stderr
  }

  /** Found by the look before a run, or by the call itself. */
  const isForbidden = /CLUSTER_(?:NOT_SET_UP|FORBIDDEN)/
  const passed = (line: string): boolean => line.includes('"pass finished"')
  const nextRequest = () => {
    const name = `user-${++count}`
    return { name, path: `requests/people/${name}.yaml` }
  }
  /** Not the recorded cause of an earlier failure. */
  const forbidden = (log: string): readonly string[] =>
    isForbidden.exec(log.replaceAll(/failed (?:once|\d+ times) \(\w+: /g, '')) ?? []

  /** What is missing after the controller had to issue a certificate with access, and perhaps to withdraw it. */
  async function controllerLacks(isWithdrawn: boolean): Promise<readonly string[]> {
    const { name, path } = nextRequest()
    chart.acme.merges(++pulls, { [path]: { access: ACCESS } })
    const issued = await play('controller', passed)
    const { data } = await chart.read(`/api/v1/namespaces/apps/secrets/${name}-tls`)
    chart.acme.merges(++pulls, { [path]: isWithdrawn ? { withdraw: true } : 'removed' })
    const withdrawn = isWithdrawn ? await play('controller', passed) : ''
    const events = JSON.stringify(await chart.read(EVENTS))
    return [
      ...forbidden(issued + withdrawn),
      ...(issued.includes(`${name}: issued`) ? [] : [`not issued: ${issued}`]),
      ...(data?.['ca.crt'] === undefined ? ['no CA'] : []),
      ...(events.includes(`countersign-acme-certs-${name}`) ? [] : ['no event']),
      ...(!isWithdrawn || withdrawn.includes(`${name}: withdrawn`) ? [] : [`left: ${withdrawn}`]),
    ]
  }

  /** What is missing after an approved change had to end a revocation. The people at GitHub, who live in the past, act now. */
  async function changeLacks(): Promise<readonly string[]> {
    const { name, path } = nextRequest()
    chart.acme.merges(++pulls, { [path]: { access: ACCESS } })
    const before = await play('controller', passed)
    const digest = createHash('sha256').update(`request ${name}`).digest('hex')
    const reviews = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const { status } = await chart.admin.created(reviews, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    })
    const { username: by } = (status as { userInfo: { username: string } }).userInfo
    await chart.admin.created('/api/v1/namespaces/countersign/configmaps', {
      metadata: {
        name: `countersign.revoked.acme-certs.${digest.slice(0, 16)}-x`,
        labels: { 'countersign.dev/revokes': 'acme-certs' },
      },
      data: { what: 'request', value: name, by },
    })
    // Never back: a review from before the merge of the first version would be over another base.
    const { state } = chart.acme.stage.world
    state.now = new Date(Math.max(state.now.getTime(), Date.now() - 119_000))
    chart.acme.merges(++pulls, { [path]: { access: ACCESS, reissue: 1 } })
    const log = await play('controller', passed)
    return [
      ...forbidden(before + log),
      ...(/ is not a revocation/.exec(log) ?? []),
      ...(log.includes(`${name}: reissued`) ? [] : [`not issued: ${log}`]),
    ]
  }

  /** What is missing after an apply was killed in the middle; `isOther`: it seems to run on another machine. */
  async function takeoverLacks(isOther: boolean): Promise<readonly string[]> {
    const { name, path } = nextRequest()
    chart.acme.merges(++pulls, { [path]: 'usual' })
    const args = ['apply', '--prove', '--repository=acme/certs']
    const trust = `--trusted-config=${await chart.acme.digest()}`
    const killAt = 'after POST /certificatesigningrequests\\b 1'
    const killed = await chart.runInPod('controller', [...args, trust], { killAt })
    const missing = forbidden(killed.stdout + killed.stderr)
    if (missing.length > 0) return missing
    const login = await chart.loginOf('controller')
    const record = `/api/v1/namespaces/countersign/configmaps/countersign-acme-certs-${name}`
    if (isOther) {
      const stored = await chart.read(record)
      const text = JSON.stringify(stored).replaceAll(/(holder\\": *\\")[^"\\]*/g, '$1elsewhere 1 x')
      expect((await login.put(record, JSON.parse(text))).code).toBe(200)
    }
    login.close()
    const log = await play('controller', passed)
    chart.acme.merges(++pulls, { [path]: 'removed' })
    return [...forbidden(log), ...(log.includes(`${name}: `) ? [] : [`not tried: ${log}`])]
  }

  /** What is missing after the approver had to decide on the request of a node. */
  async function approverLacks(node = `node-${++count}`): Promise<readonly string[]> {
    const name = await ask(node)
    const log = await play('approver', line => line.includes(`${name}: `))
    return [
      ...forbidden(log),
      ...(log.includes(`${name}: approved`) ? [] : [`not approved: ${log}`]),
    ]
  }

  /** What is missing after the approver had to leave a request pending that it cannot read. */
  async function eventLacks(): Promise<readonly string[]> {
    const name = await ask(`node-${++count}`, 'more')
    let seen: readonly string[] = ['no event']
    await play('approver', async line => {
      if (!line.includes(`${name}: left`)) return false
      for (let tries = 0; tries < 30 && seen.length > 0; tries++)
        if (JSON.stringify(await chart.read(EVENTS)).includes(`${name} stays pending`)) seen = []
      return true
    })
    return seen
  }

  /** Creates the request of a node, and returns its name. `more` is after the PEM text. */
  async function ask(node: string, more = ''): Promise<string> {
    const { pem } = opensslRequest({
      subject: `/O=system:nodes/CN=system:node:${node}`,
      sans: [`DNS:${node}`],
    })
    const request = Buffer.from(`${pem}${more}`).toString('base64')
    const asked = { request, signerName: SERVING, usages: USAGES, expirationSeconds: 3600 }
    const headers = {
      'impersonate-user': `system:node:${node}`,
      'impersonate-group': 'system:nodes',
    }
    const name = `csr-${++count}`
    const body = signingRequest(name, asked)
    expect((await chart.admin.call('POST', SIGNING_REQUESTS, body, { headers })).code).toBe(201)
    return name
  }

  async function doctorLacks(): Promise<readonly string[]> {
    const { stdout } = await chart.runInPod('controller', ['doctor', '--cluster', 'prod'])
    return /guard may not be read|guard is not installed/.exec(stdout) ?? []
  }

  const lacks = (right: Right): Promise<readonly string[]> => {
    if (isOfDoctor(right)) return doctorLacks()
    const { role, resource, verb } = right
    // The names of one node are in one map.
    const isUpdate = resource === 'configmaps' && verb === 'update'
    if (right.component === 'approver' && resource === 'events') return eventLacks()
    if (right.component === 'approver') return approverLacks(isUpdate ? KNOWN_NODE : undefined)
    if (resource === 'certificatesigningrequests' && verb === 'get') return takeoverLacks(false)
    if (resource === 'configmaps' && role.metadata.namespace === 'countersign') {
      if (verb === 'get') return takeoverLacks(true)
      if (verb === 'delete') return changeLacks()
    }
    return controllerLacks(verb === 'delete' || resource.endsWith('rolebindings'))
  }

  const pathOf = ({ kind, metadata: { name, namespace } }: Manifest): string =>
    namespace === undefined
      ? `${RBAC}/clusterroles/${name}`
      : `${RBAC}/namespaces/${namespace}/${kind === 'Role' ? 'roles' : 'rolebindings'}/${name}`

  const without = (rules: readonly Rule[], { at, resource, verb }: Right): readonly Rule[] =>
    rules
      .flatMap((rule, index) =>
        index === at
          ? rule.resources.map(each => ({
              ...rule,
              resources: [each],
              verbs: rule.verbs.filter(one => each !== resource || one !== verb),
            }))
          : [rule],
      )
      .filter(({ verbs }) => verbs.length > 0)

  test('helm installs Deployments and their pods start under the restricted Pod Security Standard', async () => {
    await until(async () => {
      const { items } = await chart.read('/api/v1/namespaces/countersign/pods')
      return items.length === 4
    })
    const { items } = await chart.read('/api/v1/namespaces/countersign/pods')
    const accounts = (items as readonly { readonly spec: object }[]).map(({ spec }) =>
      'serviceAccountName' in spec ? spec.serviceAccountName : null,
    )
    expect(accounts.map(String).toSorted()).toEqual(
      ['apply', 'apply', 'approver', 'approver'].map(name => `countersign-${name}`),
    )
  })

  test('the printed digest is that of the configuration at GitHub', async () => {
    const { args } = await chart.containerOf('controller')
    expect(args).toContain(`--trusted-config=${await chart.acme.digest()}`)
  })

  /** Removes the right, expects that something is missing, and gives it back. */
  async function missedBy(right: Right): Promise<void> {
    const path = pathOf(right.role)
    const { metadata } = await chart.read(path)
    const { apiVersion, kind, rules = [] } = right.role
    const less = { apiVersion, kind, metadata, rules: without(rules, right) }
    expect((await chart.admin.put(path, less)).code).toBe(200)
    try {
      expect(await lacks(right)).not.toEqual([])
    } finally {
      const { metadata: now } = await chart.read(path)
      await chart.admin.put(path, { ...less, metadata: now, rules })
    }
  }

  // While there is no Lease, and no ConfigMap of the approver.
  const isFirst = ({ component, resource, verb }: Right): boolean =>
    verb === 'create' &&
    (resource === 'leases' || (component === 'approver' && resource === 'configmaps'))
  // It moves the time at GitHub.
  const isLast = ({ role, resource, verb }: Right): boolean =>
    resource === 'configmaps' && verb === 'delete' && role.metadata.namespace === 'countersign'
  const named = (rights: readonly Right[]) => rights.map(right => [right.title, right] as const)

  test.each(named(RIGHTS.filter(isFirst)))(
    'something fails without the right to %s',
    (_title, right) => missedBy(right),
  )

  test('the played controller issues and withdraws, the approver approves, and nothing is missing', async () => {
    expect(await controllerLacks(true)).toEqual([])
    expect(await takeoverLacks(false)).toEqual([])
    expect(await takeoverLacks(true)).toEqual([])
    expect(await approverLacks(KNOWN_NODE)).toEqual([])
    expect(await approverLacks(KNOWN_NODE)).toEqual([])
    expect(await eventLacks()).toEqual([])
    expect(await doctorLacks()).toEqual([])
  })

  test.each(named(RIGHTS.filter(right => !isFirst(right) && !isLast(right))))(
    'something fails without the right to %s',
    (_title, right) => missedBy(right),
  )

  test.each(named(RIGHTS.filter(isLast)))(
    'something fails without the right to %s',
    async (_title, right) => {
      await missedBy(right)
      expect(await changeLacks()).toEqual([])
    },
  )

  test('helm upgrade changes the arguments of the pods', async () => {
    await chart.install({ trustedConfig: `sha256:${'1'.repeat(64)}`, replicas: 3 })
    const { args } = await chart.containerOf('approver')
    expect(args).toContain(`--trusted-config=sha256:${'1'.repeat(64)}`)
    expect((await chart.read(`${DEPLOYMENTS}/countersign-approver`)).spec).toMatchObject({
      replicas: 3,
    })
  })
})
