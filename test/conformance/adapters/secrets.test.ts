// The port Secrets against API servers: server-side apply under the version that was read; Secrets of others stay unchanged.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { SecretManifest } from '../../../src/domain/cluster/stored-secret.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { clusterAt, failureOf } from '../../build/connected.ts'
import { describeSubjects } from '../../build/subjects.ts'

const KEY = 'the private key bytes'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describeSubjects('secrets', subject => {
  let open: Cluster
  const path = (name = ''): string =>
    `/api/v1/namespaces/${subject().namespace}/secrets${name === '' ? '' : `/${name}`}`

  beforeAll(() => {
    open = clusterAt(subject().backend, subject().backend.admin)
  })
  afterAll(() => open.close())

  function manifest(name: string, changes: Partial<SecretManifest> = {}): SecretManifest {
    return {
      namespace: subject().namespace,
      name,
      type: 'kubernetes.io/tls',
      labels: { 'countersign.dev/owner': 'acme' },
      annotations: { 'countersign.dev/request': name },
      data: new Secret({ 'tls.crt': bytes('certificate'), 'tls.key': bytes(KEY) }),
      ...changes,
    }
  }

  const read = (name: string) => open.secrets.read(subject().namespace, name)

  test('a Secret is applied and read back byte for byte', async () => {
    const binary = Uint8Array.from({ length: 256 }, (_, index) => index)
    const data = new Secret({ 'tls.crt': binary, 'tls.key': bytes(KEY) })
    const applied = await open.secrets.apply(manifest('fresh', { data }), null)
    const stored = await read('fresh')
    expect(applied).toEqual({ kind: 'applied', stored })
    const { labels, annotations, type } = manifest('fresh')
    expect(stored).toMatchObject({ name: 'fresh', labels, annotations, type })
    expect(stored?.data.reveal()).toEqual(data.reveal())
  })

  test('a missing Secret reads as null', async () => {
    expect(await read('nobody')).toBeNull()
  })

  test('a Secret is replaced under the version that was read, and dropped fields are removed', async () => {
    await open.secrets.apply(
      manifest('swap', {
        data: new Secret({ 'tls.crt': bytes('1'), 'tls.key': bytes('1'), 'ca.crt': bytes('1') }),
      }),
      null,
    )
    const before = await read('swap')
    const applied = await open.secrets.apply(manifest('swap'), before?.version ?? null)
    expect(applied.kind).toBe('applied')
    expect(Object.keys((await read('swap'))?.data.reveal() ?? {})).toEqual(['tls.crt', 'tls.key'])
  })

  test('a Secret that another program created meanwhile is a conflict and stays unchanged', async () => {
    const data = { 'tls.crt': 'Zm9yZWlnbg==', 'tls.key': 'Zm9yZWlnbg==' }
    const metadata = { name: 'foreign' }
    await subject().admin.created(path(), { metadata, type: 'kubernetes.io/tls', data })
    const before = await read('foreign')
    expect(await open.secrets.apply(manifest('foreign'), null)).toEqual({ kind: 'conflict' })
    expect(await read('foreign')).toEqual(before)
  })

  test('an empty Secret that another user created meanwhile is a conflict and stays unchanged', async () => {
    const labels = { theirs: 'yes' }
    await subject().admin.created(path(), { metadata: { name: 'empty', labels } })
    const before = await read('empty')
    const ours = manifest('empty', { type: 'Opaque', data: new Secret({ kubeconfig: bytes(KEY) }) })
    expect(await open.secrets.apply(ours, null)).toEqual({ kind: 'conflict' })
    expect(await read('empty')).toEqual(before)
  })

  test('a Secret of an earlier run that other users labelled since is no conflict', async () => {
    await open.secrets.apply(manifest('labelled'), null)
    const patch = { metadata: { labels: { touched: 'yes' } } }
    await subject().admin.patch(path('labelled'), patch, MERGE_PATCH)
    expect(await open.secrets.apply(manifest('labelled'), null)).toMatchObject({ kind: 'applied' })
    expect((await read('labelled'))?.labels).toHaveProperty('touched')
  })

  test('a Secret that another of our runs created meanwhile is a conflict and stays unchanged', async () => {
    const theirs = new Secret({ 'tls.crt': bytes('another'), 'tls.key': bytes('theirs') })
    await open.secrets.apply(manifest('stalled', { data: theirs }), null)
    const before = await read('stalled')
    expect(await open.secrets.apply(manifest('stalled'), null)).toEqual({ kind: 'conflict' })
    expect(await read('stalled')).toEqual(before)
  })

  test('a kubeconfig Secret that another of our runs created meanwhile is a conflict', async () => {
    const holding = (text: string) =>
      manifest('config', { type: 'Opaque', data: new Secret({ kubeconfig: bytes(text) }) })
    const first = await open.secrets.apply(holding('theirs'), null)
    const before = await read('config')
    expect(await open.secrets.apply(holding('ours'), null)).toEqual({ kind: 'conflict' })
    expect(await read('config')).toEqual(before)
    expect(await open.secrets.apply(holding('theirs'), null)).toEqual(first)
  })

  test('a repeated apply of the same Secret is no conflict', async () => {
    const first = await open.secrets.apply(manifest('repeated'), null)
    expect(await open.secrets.apply(manifest('repeated'), null)).toEqual(first)
  })

  test('a Secret of another of our runs is replaced, and dropped fields are removed', async () => {
    const data = { 'tls.crt': bytes('1'), 'tls.key': bytes('1'), 'ca.crt': bytes('1') }
    await open.secrets.apply(manifest('heir', { data: new Secret(data) }), null)
    const later = clusterAt(subject().backend, subject().backend.admin)
    const before = await later.secrets.read(subject().namespace, 'heir')
    await later.secrets.apply(manifest('heir'), before?.version ?? null)
    expect(Object.keys((await read('heir'))?.data.reveal() ?? {})).toEqual(['tls.crt', 'tls.key'])
    await later.close()
  })

  test('a Secret that somebody changed since it was read is a conflict and stays unchanged', async () => {
    await open.secrets.apply(manifest('moved'), null)
    const before = await read('moved')
    const labels = { touched: 'yes' }
    await subject().admin.patch(path('moved'), { metadata: { labels } }, MERGE_PATCH)
    const after = await read('moved')
    const next = manifest('moved', { annotations: { next: 'yes' } })
    expect(await open.secrets.apply(next, before?.version ?? null)).toEqual({ kind: 'conflict' })
    expect(await read('moved')).toEqual(after)
  })

  test('a Secret that was deleted since it was read is a conflict and is not created', async () => {
    await open.secrets.apply(manifest('deleted'), null)
    const before = await read('deleted')
    await subject().admin.delete(path('deleted'))
    const applied = open.secrets.apply(manifest('deleted'), before?.version ?? null)
    expect(await applied).toEqual({ kind: 'conflict' })
    expect(await read('deleted')).toBeNull()
  })

  test('a Secret that was deleted and created again is a conflict', async () => {
    await open.secrets.apply(manifest('again'), null)
    const before = await read('again')
    await subject().admin.delete(path('again'))
    await open.secrets.apply(manifest('again'), null)
    const applied = open.secrets.apply(manifest('again'), before?.version ?? null)
    expect(await applied).toEqual({ kind: 'conflict' })
  })

  test('an existing Secret that was read is taken over, and fields of others stay', async () => {
    const metadata = { name: 'adopted', labels: { team: 'a' } }
    const data = { 'tls.crt': 'eA==', 'tls.key': 'eA==', other: 'eA==' }
    await subject().admin.created(path(), { metadata, type: 'kubernetes.io/tls', data })
    const before = await read('adopted')
    const applied = await open.secrets.apply(manifest('adopted'), before?.version ?? null)
    expect(applied.kind).toBe('applied')
    const stored = await read('adopted')
    expect(stored?.labels).toEqual({ team: 'a', 'countersign.dev/owner': 'acme' })
    expect(stored?.data.reveal()['tls.key']).toEqual(bytes(KEY))
  })

  test('a Secret is deleted under the version that was read', async () => {
    await open.secrets.apply(manifest('removed'), null)
    const stored = await read('removed')
    if (stored === null) throw new Error('it is not there')
    expect(await open.secrets.remove(stored)).toBe('gone')
    expect(await read('removed')).toBeNull()
    expect(await open.secrets.remove(stored)).toBe('gone')
  })

  test('a deleted Secret is not gone while a finalizer keeps it', async () => {
    await open.secrets.apply(manifest('held'), null)
    const metadata = { finalizers: ['example.com/kept'] }
    await subject().admin.patch(path('held'), { metadata }, MERGE_PATCH)
    const stored = await read('held')
    if (stored === null) throw new Error('it is not there')
    const problem = await failureOf(open.secrets.remove(stored))
    expect(problem.message).toContain('delete Secret')
    expect(problem.message).toMatch(
      /it stays until these finalizers are removed: "example\.com\/kept"$/,
    )
    const again = await read('held')
    if (again === null) throw new Error('it is not there')
    expect(await failureOf(open.secrets.remove(again))).toEqual(problem)
    await subject().admin.patch(path('held'), { metadata: { finalizers: null } }, MERGE_PATCH)
    expect(await read('held')).toBeNull()
  })

  test.each(['changed', 'recreated'])(
    'a Secret that was %s since it was read is not deleted',
    async how => {
      const name = `kept-${how.slice(0, 4)}`
      await open.secrets.apply(manifest(name), null)
      const stored = await read(name)
      if (stored === null) throw new Error('it is not there')
      if (how === 'changed')
        await subject().admin.patch(
          path(name),
          { metadata: { labels: { other: 'x' } } },
          MERGE_PATCH,
        )
      else {
        await subject().admin.delete(path(name))
        await open.secrets.apply(manifest(name), null)
      }
      expect(await open.secrets.remove(stored)).toBe('conflict')
      expect(await read(name)).not.toBeNull()
    },
  )

  test('a Secret stays without the right to delete it, and the hint names that right', async () => {
    await open.secrets.apply(manifest('guarded'), null)
    const stored = await read('guarded')
    if (stored === null) throw new Error('it is not there')
    const user = await subject().backend.user(subject().name('reader'), [], [])
    const as = clusterAt(subject().backend, user)
    const problem = await failureOf(as.secrets.remove(stored))
    expect(problem).toMatchObject({ code: 'CLUSTER_FORBIDDEN' })
    expect(problem.hint).toContain('verbs: [delete]')
    expect(await read('guarded')).not.toBeNull()
    await as.close()
  })

  test('a change of the type is refused, and no message holds the key', async () => {
    await open.secrets.apply(manifest('typed'), null)
    const before = await read('typed')
    const next = manifest('typed', { type: 'Opaque' })
    const secrets = [KEY, Buffer.from(KEY).toString('base64')]
    const problem = await failureOf(open.secrets.apply(next, before?.version ?? null), secrets)
    expect(problem.code).toBe('CLUSTER_REFUSED')
    expect(problem.message).toContain('field is immutable')
  })

  test('a Secret over 1 MiB is refused, and no message holds its data', async () => {
    const data = new Secret({ 'tls.crt': bytes('x'.repeat(1_100_000)), 'tls.key': bytes(KEY) })
    const problem = await failureOf(open.secrets.apply(manifest('large', { data }), null), [KEY])
    expect(problem.code).toBe('CLUSTER_REFUSED')
    expect(problem.message.length).toBeLessThan(800)
  })

  test('a rehearsal does not create a Secret', async () => {
    expect(await open.secrets.rehearse(subject().namespace, 'rehearsed')).toBe('absent')
    expect(await read('rehearsed')).toBeNull()
  })

  test('a rehearsal does not change a Secret of somebody else', async () => {
    const before = await read('foreign')
    expect(await open.secrets.rehearse(subject().namespace, 'foreign')).toBe('exists')
    expect(await read('foreign')).toEqual(before)
  })

  test('a rehearsal reports a missing namespace and a missing right', async () => {
    const { backend, namespace } = subject()
    const problem = await failureOf(open.secrets.rehearse('nowhere-at-all', 'x'))
    expect(problem.code).toBe('CLUSTER_NOT_SET_UP')
    expect(problem.hint).toBe('create the namespace first: kubectl create namespace nowhere-at-all')
    const user = await backend.user(subject().name('no-rehearsal'), [], [])
    const as = clusterAt(backend, user)
    expect((await failureOf(as.secrets.rehearse(namespace, 'x'))).code).toBe('CLUSTER_FORBIDDEN')
    await as.close()
  })

  test('the hint for a missing namespace is the command that creates it', async () => {
    const nowhere = manifest('jane-tls', { namespace: 'nowhere-at-all' })
    const problem = await failureOf(open.secrets.apply(nowhere, null))
    expect(problem.hint).toBe('create the namespace first: kubectl create namespace nowhere-at-all')
  })

  test.each(['get', 'patch'] as const)(
    'the hint for a missing right to %s Secrets names the rule to add',
    async verb => {
      const { backend, namespace } = subject()
      const user = await backend.user(subject().name(`no-${verb}`), [], [])
      const as = clusterAt(backend, user)
      const work = {
        get: () => as.secrets.read(namespace, 'fresh'),
        patch: () => as.secrets.apply(manifest('fresh'), { uid: 'u', resourceVersion: '1' }),
      }[verb]
      const problem = await failureOf(work(), [user.keyPem ?? '', KEY])
      expect(problem.code).toBe('CLUSTER_FORBIDDEN')
      expect(problem.hint).toContain(
        `add this rule to a Role in namespace ${namespace} bound to that user:\n- {apiGroups: [""], resources: [secrets], resourceNames: ["fresh"], verbs: [${verb}]}\n`,
      )
      await as.close()
    },
  )

  test('create and patch on one name, without list, suffice to create and change a Secret', async () => {
    const { backend, namespace } = subject()
    const rule = {
      apiGroups: [''],
      resources: ['secrets'],
      resourceNames: ['only'],
      verbs: ['get', 'create', 'patch'],
      namespaces: [namespace],
    }
    const as = clusterAt(backend, await backend.user(subject().name('least'), [], [rule]))
    expect((await as.secrets.apply(manifest('only'), null)).kind).toBe('applied')
    const stored = await as.secrets.read(namespace, 'only')
    expect((await as.secrets.apply(manifest('only'), stored?.version ?? null)).kind).toBe('applied')
    expect((await failureOf(as.secrets.apply(manifest('other'), null))).code).toBe(
      'CLUSTER_FORBIDDEN',
    )
    await as.close()
  })
})
