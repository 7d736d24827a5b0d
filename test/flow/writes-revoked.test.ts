// The life of a certificate without access, in a cluster with the guard: it writes by its group, revoke ends that, and its reads and the
// other members of the group stay.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  Revoker,
  accessPlace,
  liveBindings,
  codeFor,
  pairOf,
  pathOfBinding,
} from '../build/access-place.ts'
import type { AccessPlace, Pair } from '../build/access-place.ts'
import { ApiClient } from '../build/api-client.ts'
import { GUARDED, until } from '../build/guarded-cluster.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'

const MAPS = '/api/v1/namespaces/apps/configmaps'
const RBAC = 'rbac.authorization.k8s.io'
const JANE = 'requests/people/jane.yaml'
const ROUNDS = process.env['COUNTERSIGN_TEST'] === 'all' ? 10 : 1

describe.each(GUARDED)('%s: a certificate without access', kind => {
  const repository = new Workshop()
  let at: AccessPlace
  let revoker: Revoker
  let other: ApiClient
  const env = () => ({ KUBECONFIG_PROD: at.place.kubeconfig })

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] }]
    const asks = [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['subjectaccessreviews'],
        verbs: ['create'],
      },
    ]
    let member = {}
    at = await accessPlace(kind, {
      roles: { 'cs-editor': rules, 'cs-asker': asks },
      before: async backend => {
        member = await backend.user('member', ['developers'], [])
      },
    })
    other = at.cluster.with(member)
    await at.place.admin.created(`/apis/${RBAC}/v1/namespaces/apps/rolebindings`, {
      metadata: { name: 'developers' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cs-editor' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'developers' }],
    })
    revoker = await Revoker.in(at)
    repository.write('countersign.yaml', usualFile('countersign.yaml', at.config))
    repository.write('policies/people.yaml', usualFile('policies/people.yaml', {}))
  })
  afterAll(async () => {
    revoker?.end()
    repository.end()
    await at?.end()
  })

  const apply = async (changes: object = {}): Promise<unknown> => {
    const asked = { subject: { organizations: ['developers'] }, ...changes }
    repository.write(JANE, usualFile(JANE, asked))
    repository.commit()
    const ran = await repository.run(['apply', '--yes', '-o', 'json'], { env: env() })
    return JSON.parse(ran.stdout).outcomes.map((each: { readonly kind: string }) => each.kind)
  }
  const note = { metadata: { generateName: 'note-' } }
  const writes = async (pair: Pair): Promise<number> => {
    const holder = new ApiClient(at.place, pair)
    const { code } = await holder.post(MAPS, note)
    holder.close()
    return code
  }

  test('its write works, and after revoke it is refused, while reads and other members of the group go on', async () => {
    expect(await apply()).toEqual(['issued'])
    const pair = await pairOf(at.place, 'jane')
    expect([await writes(pair), await codeFor(pair, MAPS, at.place)]).toEqual([201, 200])
    expect(await liveBindings(at.place)).toMatchObject([
      { metadata: { namespace: 'countersign' }, subjects: [{ kind: 'ServiceAccount' }] },
    ])
    expect(await apply()).toEqual(['kept'])
    expect(await writes(pair)).toBe(201)

    const { stdout } = await revoker.revokes('jane')
    expect(JSON.parse(stdout)).toMatchObject({
      revoked: [
        {
          outcome: 'revoked',
          ended: ['live grant'],
          writes: 'refused',
          problems: [],
        },
      ],
    })
    expect([await writes(pair), await codeFor(pair, MAPS, at.place)]).toEqual([403, 200])
    expect((await other.post(MAPS, note)).code).toBe(201)
    expect(await liveBindings(at.place)).toEqual([])
    // Only a login that may ask whether the grant is live is told that its writes are refused.
    const shown = await repository.run(['status'], { env: env() })
    expect(shown.stdout).toMatch(/access revoked$/m)
    await at.place.admin.created(`/apis/${RBAC}/v1/clusterrolebindings`, {
      metadata: { name: 'asks' },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cs-asker' },
      subjects: [{ kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' }],
    })
    await until(async () => {
      const { stdout: now } = await repository.run(['status'], { env: env() })
      return now.includes('writes refused')
    })
    // Nobody at a terminal lifts a revocation.
    expect(await apply({ reissue: 1 })).toEqual(['refused'])
    expect(await writes(pair)).toBe(403)
  })

  test('from revoke to the first refused write', async () => {
    const times: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const name = `round-${round}`
      const path = `requests/people/${name}.yaml`
      repository.write(path, usualFile(path, { subject: { organizations: ['developers'] } }))
      repository.commit()
      await repository.run(['apply', '--yes', name], { env: env() })
      const holder = new ApiClient(at.place, await pairOf(at.place, name))
      expect((await holder.post(MAPS, note)).code).toBe(201)
      const [binding] = await liveBindings(at.place)
      if (binding === undefined) throw new Error('no grant is live')
      const { code } = await at.place.admin.delete(pathOfBinding(binding))
      const begun = performance.now()
      while ((await holder.post(`${MAPS}?dryRun=All`, note)).code !== 403);
      times.push(performance.now() - begun)
      expect(code).toBe(200)
      holder.close()
    }
    if (ROUNDS > 1) {
      const sorted = times.toSorted((a, b) => a - b).map(each => each.toFixed(1))
      process.stderr.write(
        `${kind}: p50 ${sorted[Math.floor(ROUNDS / 2)]} ms, max ${sorted.at(-1)} ms\n`,
      )
    }
    expect(times).toHaveLength(ROUNDS)
  })
})
