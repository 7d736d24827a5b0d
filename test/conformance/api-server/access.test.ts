import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { ApiClient, Credential } from '../../build/api-client.ts'
import { APPLY_PATCH } from '../../build/api-client.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Rule } from '../../build/subjects.ts'
import {
  certificateOf,
  CLIENT_SIGNER,
  condition,
  createRequest,
  plainRequest,
  settled,
  SIGNING_REQUESTS,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

const GROUP = 'certificates.k8s.io'
const READ: Rule = {
  apiGroups: [GROUP],
  resources: ['certificatesigningrequests'],
  verbs: ['get', 'list', 'watch'],
}
const WHO = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const MAY = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const TITLE = 'certificatesigningrequests.certificates.k8s.io'

async function whoIs(client: ApiClient): Promise<unknown> {
  const answer = await client.post(WHO, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  })
  return answer.code === 201 ? answer.body.status.userInfo : answer.code
}

async function may(client: ApiClient, resourceAttributes: object): Promise<boolean> {
  const answer = await client.created(MAY, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  })
  return answer.status.allowed
}

describeSubjects('who gets in', subject => {
  const issued = async (
    base: string,
    name: string,
    spec: object = {},
  ): Promise<Credential & { certificatePem: string }> => {
    const object = await settled(
      subject(),
      base,
      { subject: name, sans: ['DNS:n1'] },
      { signerName: CLIENT_SIGNER, ...spec },
    )
    return { certificatePem: certificateOf(object), keyPem: object.made.keyPem }
  }

  test('a client certificate logs in with its common name and its organizations', async () => {
    const credential = await issued('login', '/O=b/O=a/CN=jane')
    const digest = createHash('sha256')
      .update(new X509Certificate(credential.certificatePem).raw)
      .digest('hex')
    expect(await whoIs(subject().with(credential))).toEqual({
      username: 'jane',
      groups: ['a', 'b', 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${digest}`] },
    })
  })

  test('a certificate with the name of a service account logs in with that name', async () => {
    const credential = await issued('sa', '/CN=system:serviceaccount:default:x')
    expect(await whoIs(subject().with(credential))).toMatchObject({
      username: 'system:serviceaccount:default:x',
    })
  })

  test('a certificate without common name is anonymous, not unauthorized', async () => {
    const client = subject().with(await issued('nameless', '/O=developers'))
    const answer = await client.get(SIGNING_REQUESTS)
    expect([answer.code, answer.body.message]).toEqual([
      403,
      `${TITLE} is forbidden: User "system:anonymous" cannot list resource "certificatesigningrequests" in API group "${GROUP}" at the cluster scope`,
    ])
  })

  test('a certificate for server authentication only is refused', async () => {
    const credential = await issued('serving', '/O=system:nodes/CN=system:node:n1', {
      signerName: 'kubernetes.io/kubelet-serving',
      usages: ['server auth', 'digital signature'],
    })
    const answer = await subject().with(credential).get(SIGNING_REQUESTS)
    expect([answer.code, answer.body.message, answer.body.reason]).toEqual([
      401,
      'Unauthorized',
      'Unauthorized',
    ])
  })

  test('an unknown token is refused', async () => {
    const answer = await subject().with({ token: 'nobody' }).get('/version')
    expect([answer.code, answer.body]).toEqual([
      401,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      },
    ])
  })

  test('an anonymous client reads the version and the health, and nothing else', async () => {
    const nobody = subject().with({})
    expect((await nobody.get('/version')).code).toBe(200)
    expect((await nobody.get('/readyz')).text).toBe('ok')
    const path = await nobody.get('/apis')
    expect([path.code, path.body.message]).toEqual([
      403,
      'forbidden: User "system:anonymous" cannot get path "/apis"',
    ])
    expect(await whoIs(nobody)).toBe(403)
  })
})

describeSubjects('who may do what', subject => {
  const denial = (who: string, verb: string, resource = 'certificatesigningrequests') =>
    `User "${who}" cannot ${verb} resource "${resource}" in API group "${GROUP}" at the cluster scope`

  test('a reader cannot create', async () => {
    const name = subject().name('reader')
    const reader = await subject().as(name, [], [READ])
    expect((await reader.get(SIGNING_REQUESTS)).code).toBe(200)
    const answer = await reader.post(SIGNING_REQUESTS, signingRequest('x'))
    expect([answer.code, answer.body.message]).toEqual([
      403,
      `${TITLE} is forbidden: ${denial(name, 'create')}`,
    ])
    expect(answer.body.details).toEqual({ group: GROUP, kind: 'certificatesigningrequests' })
  })

  test('a refusal names the user, the verb and the subresource', async () => {
    const name = subject().name('nobody')
    const client = await subject().as(name, [], [])
    const read = await client.get(`${SIGNING_REQUESTS}/x`)
    expect(read.body.message).toBe(`${TITLE} "x" is forbidden: ${denial(name, 'get')}`)
    expect(read.body.details).toEqual({
      name: 'x',
      group: GROUP,
      kind: 'certificatesigningrequests',
    })
    const approval = await client.put(`${SIGNING_REQUESTS}/x/approval`, signingRequest('x'))
    expect(approval.body.message).toBe(
      `${TITLE} "x" is forbidden: ${denial(name, 'update', 'certificatesigningrequests/approval')}`,
    )
    const secret = await client.get('/api/v1/namespaces/default/secrets/x')
    expect(secret.body.message).toBe(
      `secrets "x" is forbidden: User "${name}" cannot get resource "secrets" in API group "" in the namespace "default"`,
    )
    const watch = await client.get(`${SIGNING_REQUESTS}?watch=1`)
    expect(watch.body.message).toBe(`${TITLE} is forbidden: ${denial(name, 'watch')}`)
  })

  const APPROVAL: Rule = {
    apiGroups: [GROUP],
    resources: ['certificatesigningrequests/approval', 'certificatesigningrequests/status'],
    verbs: ['update'],
  }
  const signers = (...resourceNames: readonly string[]): Rule => ({
    apiGroups: [GROUP],
    resources: ['signers'],
    resourceNames,
    verbs: ['approve', 'sign'],
  })

  test('approve and deny need the right on the signer', async () => {
    const name = subject().name('unsigned')
    const client = await subject().as(name, [], [APPROVAL])
    const object = await createRequest(subject(), 'unsigned')
    for (const type of ['Approved', 'Denied']) {
      const answer = await client.put(
        `${SIGNING_REQUESTS}/${object.metadata.name}/approval`,
        withConditions(object, condition(type)),
      )
      expect([answer.code, answer.body.message]).toEqual([
        403,
        `${TITLE} "${object.metadata.name}" is forbidden: user not permitted to approve requests with signerName "example.com/nobody"`,
      ])
    }
  })

  test('signing needs the right on the signer', async () => {
    const client = await subject().as(subject().name('signing'), [], [APPROVAL])
    const object = await createRequest(subject(), 'signing')
    const answer = await client.put(
      `${SIGNING_REQUESTS}/${object.metadata.name}/status`,
      withConditions(object, condition('Failed')),
    )
    expect([answer.code, answer.body.message]).toEqual([
      403,
      `${TITLE} "${object.metadata.name}" is forbidden: user not permitted to sign requests with signerName "example.com/nobody"`,
    ])
  })

  test.each([
    ['the exact name', 'example.com/nobody', 200],
    ['the domain', 'example.com/*', 200],
    ['another name of the domain', 'example.com/other', 403],
    ['a pattern of the name', 'example.com/no*', 403],
  ])('a right on %s of a signer returns the documented status', async (what, resource, code) => {
    const base = `approver-${what.split(' ').at(-1)}-${resource.length}`
    const client = await subject().as(subject().name(base), [], [APPROVAL, signers(resource)])
    const object = await createRequest(subject(), base)
    const answer = await client.put(
      `${SIGNING_REQUESTS}/${object.metadata.name}/approval`,
      withConditions(object, condition('Approved')),
    )
    expect(answer.code).toBe(code)
  })

  test('a validation error precedes the missing right on the signer', async () => {
    const client = await subject().as(subject().name('order'), [], [APPROVAL])
    const object = await createRequest(subject(), 'order')
    const answer = await client.put(
      `${SIGNING_REQUESTS}/${object.metadata.name}/approval`,
      withConditions(object, { type: 'Approved' }),
    )
    expect(answer.code).toBe(422)
  })

  test('a request with the group system:masters is refused for the client signer', async () => {
    const masters = opensslRequest({ subject: '/O=system:masters/CN=jane' })
    const name = subject().name('masters')
    const spec = { request: masters.base64, signerName: CLIENT_SIGNER }
    const answer = await subject().admin.post(SIGNING_REQUESTS, signingRequest(name, spec))
    expect([answer.code, answer.body.message]).toEqual([
      403,
      `${TITLE} "${name}" is forbidden: use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`,
    ])
    const worse = signingRequest(name, { ...spec, usages: [] })
    expect((await subject().admin.post(SIGNING_REQUESTS, worse)).code).toBe(422)
  })

  test.each(['System:Masters', 'kubeadm:cluster-admins', ' system:masters'])(
    'a request with the group %p is accepted for the client signer',
    async group => {
      const made = opensslRequest({ subject: `/O=${group}/CN=jane` })
      const spec = { request: made.base64, signerName: CLIENT_SIGNER }
      const answer = await subject().admin.post(
        `${SIGNING_REQUESTS}?dryRun=All`,
        signingRequest('x', spec),
      )
      expect(answer.code).toBe(201)
    },
  )

  test('the client CA is readable with the right to read its ConfigMap', async () => {
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const rule: Rule = {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: ['extension-apiserver-authentication'],
      verbs: ['get'],
      namespaces: ['kube-system'],
    }
    const client = await subject().as(subject().name('ca'), [], [rule])
    const answer = await client.get(path)
    expect(answer.body.data['client-ca-file']).toMatch(/^-----BEGIN CERTIFICATE-----/)
  })

  describe('an access review', () => {
    const signer = { group: GROUP, resource: 'signers', verb: 'approve' }

    test('a right on the domain does not imply the exact name', async () => {
      const client = await subject().as(subject().name('ask'), [], [signers('example.com/*')])
      expect(await may(client, { ...signer, name: 'example.com/nobody' })).toBe(false)
      expect(await may(client, { ...signer, name: 'example.com/*' })).toBe(true)
      expect(await may(client, signer)).toBe(false)
    })

    test('subresources, namespaces and names are reviewed separately', async () => {
      const inNamespace: Rule = {
        apiGroups: [''],
        resources: ['secrets'],
        resourceNames: ['jane-tls'],
        verbs: ['get', 'create', 'patch'],
        namespaces: [subject().namespace],
      }
      const client = await subject().as(subject().name('apart'), [], [APPROVAL, inNamespace])
      const requests = { group: GROUP, resource: 'certificatesigningrequests', verb: 'update' }
      expect(await may(client, { ...requests, subresource: 'approval' })).toBe(true)
      expect(await may(client, requests)).toBe(false)
      const secret = { resource: 'secrets', verb: 'get', name: 'jane-tls' }
      expect(await may(client, { ...secret, namespace: subject().namespace })).toBe(true)
      expect(await may(client, { ...secret, namespace: 'default' })).toBe(false)
      expect(await may(client, { ...secret, name: 'other', namespace: subject().namespace })).toBe(
        false,
      )
    })

    test('an administrator may do anything, unknown resources included', async () => {
      expect(await may(subject().admin, { group: 'x.example', resource: 'y', verb: 'z' })).toBe(
        true,
      )
    })

    test('a review without attributes is refused', async () => {
      const answer = await subject().admin.post(MAY, {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: {},
      })
      expect([answer.code, answer.body.message]).toEqual([
        422,
        '.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified',
      ])
    })
  })

  test('create with resourceNames works by server-side apply on that name only', async () => {
    const rule: Rule = {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['jane-tls'],
      verbs: ['get', 'create', 'patch'],
      namespaces: [subject().namespace],
    }
    const name = subject().name('applier')
    const client = await subject().as(name, [], [rule])
    const path = `/api/v1/namespaces/${subject().namespace}/secrets`
    const secret = (of: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: of } })
    const apply = (of: string) =>
      client.patch(`${path}/${of}?fieldManager=t`, secret(of), APPLY_PATCH)
    expect((await client.post(path, secret('jane-tls'))).code).toBe(403)
    expect((await apply('jane-tls')).code).toBe(201)
    const other = await apply('other')
    expect([other.code, other.body.message]).toEqual([
      403,
      `secrets "other" is forbidden: User "${name}" cannot patch resource "secrets" in API group "" in the namespace "${subject().namespace}"`,
    ])
    expect((await client.get(path)).code).toBe(403)
  })

  test('patch without create does not let an apply create', async () => {
    const rule: Rule = {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['only-patch'],
      verbs: ['patch'],
      namespaces: [subject().namespace],
    }
    const name = subject().name('patcher')
    const client = await subject().as(name, [], [rule])
    const answer = await client.patch(
      `/api/v1/namespaces/${subject().namespace}/secrets/only-patch?fieldManager=t`,
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'only-patch' } },
      APPLY_PATCH,
    )
    expect([answer.code, answer.body.message]).toEqual([
      403,
      `secrets "only-patch" is forbidden: User "${name}" cannot create resource "secrets" in API group "" in the namespace "${subject().namespace}"`,
    ])
  })

  test('a list of one name needs the right on that name only', async () => {
    const object = await createRequest(subject(), 'listed')
    const { name } = object.metadata
    const rule: Rule = { ...READ, resourceNames: [name], verbs: ['list', 'watch'] }
    const client = await subject().as(subject().name('lister'), [], [rule])
    const one = await client.get(`${SIGNING_REQUESTS}?fieldSelector=metadata.name%3D${name}`)
    expect(one.body.items.map(item => item.spec.request)).toEqual([plainRequest()])
    expect((await client.get(SIGNING_REQUESTS)).code).toBe(403)
  })
})
