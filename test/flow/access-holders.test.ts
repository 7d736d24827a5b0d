// Many holders at once: each has exactly the rules of its roles and those of every authenticated user, and nothing more after its
// access was revoked. On a real control plane two API servers refuse, and the time that they take is printed.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  Revoker,
  accessPlace,
  bindingsOfGrants,
  pairOf,
  pathOfBinding,
} from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { ApiClient } from '../build/api-client.ts'
import { until } from '../build/connected.ts'
import { runs } from '../build/extent.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'

const NAMESPACES = ['apps', 'team-a', 'team-b', 'team-c'] as const
const WIDE = 'cluster' as const
const rule = (resources: readonly string[], ...verbs: readonly string[]) => ({
  apiGroups: [''],
  resources,
  verbs,
})
const ROLES = {
  'cs-reader': [rule(['configmaps'], 'get', 'list')],
  'cs-writer': [
    rule(['configmaps'], 'create', 'update'),
    rule(['services'], 'get', 'list', 'delete'),
  ],
  'cs-pods': [rule(['pods', 'pods/log'], 'get', 'list', 'watch')],
  'cs-one': [{ ...rule(['configmaps'], 'get', 'patch'), resourceNames: ['settings'] }],
  'cs-nodes': [rule(['nodes'], 'get', 'list')],
}
type Role = keyof typeof ROLES
/** The last part of a path that each role allows to list; null if it allows none. */
const LISTS: Readonly<Record<Role, string | null>> = {
  'cs-reader': 'configmaps',
  'cs-writer': 'services',
  'cs-pods': 'pods',
  'cs-one': null,
  'cs-nodes': 'nodes',
}
const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews'

interface Entry {
  readonly role: Role
  readonly places: readonly (typeof WIDE | (typeof NAMESPACES)[number])[]
}
interface Holder {
  readonly name: string
  readonly entries: readonly Entry[]
}

/** One or two entries; the first one allows to list something. */
function entriesOf(index: number): readonly Entry[] {
  const at = (step: number) => NAMESPACES[(index + step) % NAMESPACES.length] ?? 'apps'
  const first: readonly Entry[] = [
    { role: 'cs-reader', places: [at(0)] },
    { role: 'cs-pods', places: [WIDE] },
    { role: 'cs-writer', places: [at(0), at(1)] },
    { role: 'cs-nodes', places: [WIDE] },
    { role: 'cs-pods', places: [at(2)] },
  ]
  const second: readonly Entry[] = [
    { role: 'cs-one', places: [at(1)] },
    { role: 'cs-one', places: [WIDE] },
    { role: 'cs-one', places: [at(2), at(3)] },
  ]
  const [one] = first.slice(index % first.length)
  const two = second.slice(index % (second.length + 1), (index % (second.length + 1)) + 1)
  return one === undefined ? two : [one, ...two]
}

/** Each rule as one line for each verb, group, resource and name. */
function linesOf(rules: readonly Readonly<Record<string, readonly string[]>>[]): readonly string[] {
  return rules.flatMap(each =>
    (each['verbs'] ?? []).flatMap(verb =>
      (each['nonResourceURLs'] ?? [])
        .concat(
          (each['apiGroups'] ?? []).flatMap(group =>
            (each['resources'] ?? []).flatMap(resource =>
              (each['resourceNames'] ?? ['*']).map(name => `${group}/${resource}/${name}`),
            ),
          ),
        )
        .map(what => `${verb} ${what}`),
    ),
  )
}

function sorted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].toSorted()
}

describe.each(GUARDED)('%s: many holders', kind => {
  const isReal = kind !== 'embedded cluster'
  const names = Array.from({ length: isReal ? 100 : runs(20, 5) }, (_, index) => `p${index + 10}`)
  const holders: readonly Holder[] = names.map((name, index) => ({
    name,
    entries: entriesOf(index),
  }))
  const repository = new Workshop()
  const clients: ApiClient[] = []
  let at: AccessPlace
  let revoker: Revoker

  beforeAll(async () => {
    at = await accessPlace(kind, { roles: ROLES, namespaces: NAMESPACES, real: { apiservers: 2 } })
    revoker = await Revoker.in(at)
    const config = { ...at.config, limits: { maxIssue: 500 } }
    repository.write('countersign.yaml', usualFile('countersign.yaml', config))
    const clusterRoles = (): readonly string[] => Object.keys(ROLES)
    const access = [
      { clusterRoles: clusterRoles(), namespaces: NAMESPACES },
      { clusterRoles: clusterRoles(), cluster: true },
    ]
    repository.write('policies/people.yaml', usualFile('policies/people.yaml', { access }))
    for (const { name, entries } of [...holders, { name: 'jane', entries: [] }]) {
      const access = entries.map(({ role, places }) =>
        places.includes(WIDE)
          ? { clusterRole: role, cluster: true }
          : { clusterRole: role, namespaces: places },
      )
      const path = `requests/people/${name}.yaml`
      repository.write(path, usualFile(path, access.length === 0 ? {} : { access }))
    }
    repository.commit()
    const ran = await repository.run(['apply', '--yes'], {
      env: { KUBECONFIG_PROD: at.place.kubeconfig },
    })
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
  })
  afterAll(async () => {
    for (const client of clients) client.close()
    revoker?.end()
    repository.end()
    await at?.end()
  })

  const clientOf = async (name: string, server = at.place.server): Promise<ApiClient> => {
    const client = new ApiClient({ ...at.place, server }, await pairOf(at.place, name))
    clients.push(client)
    return client
  }
  /** What the holder may do in each namespace, as the API server says it. */
  const rulesFor = async (
    name: string,
    server?: string,
  ): Promise<readonly (readonly string[])[]> => {
    const client = await clientOf(name, server)
    const answers = await Promise.all(
      ['default', ...NAMESPACES].map(namespace => client.created(REVIEW, { spec: { namespace } })),
    )
    client.close()
    return answers.map(({ status }) => {
      const { resourceRules, nonResourceRules } = status
      return sorted([...linesOf(resourceRules), ...linesOf(nonResourceRules)])
    })
  }
  /** The answered DELETE of one binding, and the milliseconds until each API server refuses what it allowed. */
  const timesOf = async ({ name, entries: [first] }: Holder): Promise<readonly number[]> => {
    const [place] = first?.places ?? []
    const within = place === WIDE ? '' : `/namespaces/${place}`
    const path = `/api/v1${within}/${LISTS[first?.role ?? 'cs-one']}`
    const client = await clientOf(name)
    const { body } = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})
    const grant = body.status.userInfo.groups.find(group => group.startsWith('countersign:')) ?? ''
    const all = await bindingsOfGrants(at.place)
    const binding = all.find(
      ({ metadata }) =>
        metadata.name === `${grant}:${first?.role}` &&
        (place === WIDE || metadata.namespace === place),
    )
    if (binding === undefined) throw new Error(`${name} has no binding of ${first?.role}`)
    const asked = await Promise.all(at.cluster.servers.map(server => clientOf(name, server)))
    for (const each of asked) expect((await each.get(path)).code).not.toBe(403)
    expect((await at.place.admin.delete(pathOfBinding(binding))).code).toBe(200)
    const start = performance.now()
    return Promise.all(
      asked.map(async each => {
        await until(async () => (await each.get(path)).code === 403)
        return performance.now() - start
      }),
    )
  }

  test('each holder may do exactly what its roles and every authenticated user may do, and no more than that user after revoke', async () => {
    const everybody = await rulesFor('jane')
    const expected = ({ entries }: Holder): readonly (readonly string[])[] =>
      ['default', ...NAMESPACES].map((namespace, index) => {
        const own = entries.filter(({ places }) =>
          places.some(each => each === WIDE || each === namespace),
        )
        return sorted([
          ...(everybody[index] ?? []),
          ...linesOf(own.flatMap(({ role }) => ROLES[role])),
        ])
      })
    for (const server of at.cluster.servers)
      for (const holder of holders)
        expect([holder.name, await rulesFor(holder.name, server)]).toEqual([
          holder.name,
          expected(holder),
        ])

    const measured: (readonly number[])[] = []
    for (const holder of holders.slice(0, Math.ceil(holders.length / 2)))
      measured.push(await timesOf(holder))
    for (const [index, server] of at.cluster.servers.entries()) {
      const times = measured.map(each => each[index] ?? Number.NaN).toSorted((a, b) => a - b)
      const [p50, max] = [times[Math.floor(times.length / 2)], times.at(-1)].map(each =>
        each?.toFixed(1),
      )
      process.stderr.write(
        `${kind}: ${times.length} deleted bindings, API server ${index + 1} of ${at.cluster.servers.length} (${new URL(server).port}) refuses after p50 ${p50} ms, max ${max} ms\n`,
      )
    }

    await revoker.revokes(...names)
    expect(await bindingsOfGrants(at.place)).toEqual([])
    for (const server of at.cluster.servers)
      for (const { name } of holders) {
        const isNothingLeft = async (): Promise<boolean> =>
          JSON.stringify(await rulesFor(name, server)) === JSON.stringify(everybody)
        await until(isNothingLeft)
      }
  })
})
