// Re-encoded certificates of a revoked grant on a real control plane of its own, sent by a Go program. A deny list of certificates
// would let them in, because each has another credential id. Skipped without a real control plane or without Go.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace, pairOf } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { askProgram, goProgram } from '../build/go-program.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

const FORMS = [
  'as it was issued',
  'the signature as (r, n-s)',
  '1 unused bit',
  '2 unused bits',
  'a value behind the signature',
]
const program = hasRealSubject
  ? goProgram({
      name: 'reencoded',
      module: join(import.meta.dirname, 'reencoded'),
      judges: 'that re-encoded certificates are locked out is not tested',
    })
  : null
const describeReal = program === null ? describe.skip : describe

interface Verdict {
  readonly form: string
  readonly id: string
  readonly codes: readonly number[]
}

describeReal('re-encoded certificates', () => {
  const repository = new Workshop()
  let at: AccessPlace
  let revoker: Revoker

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'create'] }]
    at = await accessPlace('real kube-apiserver', { roles: { 'cs-editor': rules } })
    revoker = await Revoker.in(at)
    const access = [{ clusterRoles: ['cs-editor'], namespaces: ['apps'] }]
    repository.write('countersign.yaml', usualFile('countersign.yaml', at.config))
    repository.write('policies/people.yaml', usualFile('policies/people.yaml', { access }))
    const path = 'requests/people/jane.yaml'
    const asked = { access: [{ clusterRole: 'cs-editor', namespaces: ['apps'] }] }
    repository.write(path, usualFile(path, asked))
    const member = 'requests/people/member.yaml'
    const organizations = ['viewers']
    repository.write(member, usualFile(member, { subject: { organizations } }))
    await at.place.admin.created(
      '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings',
      {
        metadata: { name: 'viewers' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cs-editor' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'viewers' }],
      },
    )
    repository.commit()
    const env = { KUBECONFIG_PROD: at.place.kubeconfig }
    const ran = await repository.run(['apply', '--yes'], { env })
    if (ran.code !== 0) throw new Error(ran.stdout + ran.stderr)
  })
  afterAll(async () => {
    revoker?.end()
    repository.end()
    await at?.end()
  })

  test.each([
    ['jane', 'none works', [403, 403, 200]],
    ['member', 'none writes', [200, 403, 200]],
  ])(
    'each form of the certificate of %s works before revoke, with a credential id of its own, and %s after it',
    async (name, _what, left) => {
      const { server, caPem } = at.place
      const pair = await pairOf(at.place, name)
      const maps = '/api/v1/namespaces/apps/configmaps'
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName: 'note-' } }
      const calls = [
        { method: 'GET', path: maps, body: null },
        { method: 'POST', path: maps, body },
        { method: 'GET', path: '/version', body: null },
      ]
      const ask = (): readonly Verdict[] =>
        askProgram(
          program ?? '',
          JSON.stringify({ server, caPem, ...pair, calls }),
          FORMS.length,
        ) as readonly Verdict[]
      const before = ask()
      expect(before.map(({ form, codes }) => [form, ...codes])).toEqual(
        FORMS.map(form => [form, 200, 201, 200]),
      )
      expect(new Set(before.map(({ id }) => id)).size).toBe(FORMS.length)

      await revoker.revokes(name)
      const after = ask()
      expect(after.map(({ form, codes }) => [form, ...codes])).toEqual(
        FORMS.map(form => [form, ...left]),
      )
      expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    },
  )
})
