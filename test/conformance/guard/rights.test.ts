// The printed rights of the apply and the plan identity, on API servers: their work is allowed, and anything else is forbidden.
import { beforeAll, expect, test } from '@jest/globals'
import { installationOf } from '../../../src/workflows/setup/cluster-installation.ts'
import { identityManifests } from '../../../src/setup/rbac/apply-identity.ts'
import { APPLY_PATCH } from '../../build/api-client.ts'
import type { ApiClient } from '../../build/api-client.ts'
import { clusterConfig, config } from '../../build/effective.ts'
import { policy } from '../../build/policy.ts'
import { valueOf } from '../../build/request.ts'
import {
  SIGNING_REQUESTS,
  condition,
  createRequest,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'
import { describeSubjects } from '../../build/subjects.ts'
import { rulesOf } from '../../build/workshop.ts'
import type { Rule } from '../../build/subjects.ts'

const SIGNER = 'example.com/rights'

describeSubjects('the printed rights', subject => {
  let apply: ApiClient
  let plan: ApiClient
  let namespace: string

  beforeAll(async () => {
    namespace = subject().namespace
    const signers = [
      { name: SIGNER, certificateAuthority: null, retiring: null, maxDurationSeconds: null },
    ]
    const cluster = clusterConfig({ recordNamespace: namespace, signers })
    const sinks = policy([`sinks: [{secret: {namespaces: [${namespace}], names: [jane-tls]}}]`])
    const found = installationOf(
      config({ clusters: [cluster] }),
      [sinks],
      cluster,
      null,
      new Date(),
    )
    const printed = identityManifests(valueOf(found))
    const [mine, planners] = split(rulesOf(printed), printed)
    apply = await subject().as(subject().name('apply'), [], mine)
    plan = await subject().as(subject().name('plan'), [], planners)
  })

  const maps = (): string => `/api/v1/namespaces/${namespace}/configmaps`
  const secrets = (): string => `/api/v1/namespaces/${namespace}/secrets`
  const secret = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
  })

  test('the printed rights let apply create, approve, watch and deny requests of its signer', async () => {
    for (const type of ['Approved', 'Denied']) {
      const name = subject().name(type.toLowerCase())
      subject().later(`${SIGNING_REQUESTS}/${name}`)
      const object = await apply.created(
        SIGNING_REQUESTS,
        signingRequest(name, { signerName: SIGNER }),
      )
      const path = `${SIGNING_REQUESTS}/${name}/approval`
      expect((await apply.put(path, withConditions(object, condition(type)))).code).toBe(200)
    }
    expect((await apply.get(`${SIGNING_REQUESTS}?limit=1`)).code).toBe(200)
  })

  test('the printed rights let apply write its records and the Secrets that policies name', async () => {
    const map = await apply.created(maps(), { metadata: { name: 'r1' } })
    expect((await apply.put(`${maps()}/r1`, { ...map, data: { a: 'b' } })).code).toBe(200)
    expect((await apply.get(maps())).code).toBe(200)
    const path = `${secrets()}/jane-tls?fieldManager=t`
    expect((await apply.patch(path, secret('jane-tls'), APPLY_PATCH)).code).toBe(201)
    expect((await apply.get(`${secrets()}/jane-tls`)).code).toBe(200)
  })

  test('the printed rights forbid apply anything else', async () => {
    const object = await createRequest(subject(), 'other', { signerName: 'example.com/other' })
    const own = await createRequest(subject(), 'own', { signerName: SIGNER })
    const at = (name: string): string => `${SIGNING_REQUESTS}/${name}`
    const approved = withConditions(object, condition('Approved'))
    const forbidden = [
      () => apply.put(`${at(object.metadata.name)}/approval`, approved),
      () => apply.patch(`${at(own.metadata.name)}/approval`, {}, 'application/merge-patch+json'),
      () => apply.put(`${at(own.metadata.name)}/status`, own),
      () => apply.put(at(own.metadata.name), own),
      () => apply.delete(at(own.metadata.name)),
      () => apply.get(secrets()),
      () => apply.post(secrets(), secret('jane-tls')),
      () => apply.patch(`${secrets()}/other?fieldManager=t`, secret('other'), APPLY_PATCH),
      () => apply.delete(`${secrets()}/other`),
      () => apply.get('/api/v1/namespaces/default/secrets/jane-tls'),
      () => apply.get('/api/v1/namespaces/default/configmaps'),
      () => apply.get('/api/v1/namespaces/kube-system/configmaps/kube-root-ca.crt'),
      () => apply.delete(`${maps()}/r1`),
      () => apply.patch(`${maps()}/r1`, {}, 'application/merge-patch+json'),
      () => apply.get('/api/v1/namespaces'),
    ]
    const codes: number[] = []
    for (const each of forbidden) codes.push((await each()).code)
    expect(codes).toEqual(forbidden.map(() => 403))
  })

  test('the printed rights let plan read records, and forbid it anything else', async () => {
    expect((await plan.get(maps())).code).toBe(200)
    const forbidden = [
      () => plan.post(maps(), { metadata: { name: 'r2' } }),
      () => plan.post(SIGNING_REQUESTS, signingRequest('x', { signerName: SIGNER })),
      () => plan.get(SIGNING_REQUESTS),
      () => plan.get(`${secrets()}/jane-tls`),
    ]
    const codes: number[] = []
    for (const each of forbidden) codes.push((await each()).code)
    expect(codes).toEqual([403, 403, 403, 403])
  })
})

/** The rules of the apply identity, then those of the plan identity: the names of their roles end in -apply… and in -plan. */
function split(
  rules: readonly Rule[],
  printed: string,
): readonly [readonly Rule[], readonly Rule[]] {
  const planners = rulesOf(
    printed
      .split('---\n')
      .filter(text => /name: countersign-acme-certs-plan$/m.test(text))
      .join('---\n'),
  )
  return [rules.slice(0, rules.length - planners.length), planners]
}
