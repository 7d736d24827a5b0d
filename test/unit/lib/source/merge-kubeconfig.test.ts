import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import type { KubeconfigLogin } from '../../../../src/lib/source/kubeconfig-text.ts'
import { mergeKubeconfig } from '../../../../src/lib/source/merge-kubeconfig.ts'
import type { Merging } from '../../../../src/lib/source/merge-kubeconfig.ts'
import { valueOf } from '../../../build/request.ts'

const PROGRAM = {
  command: 'countersign',
  args: ['credential', 'jane'],
  env: {},
  installHint: 'x',
  needsCluster: false,
}
const OURS: KubeconfigLogin = {
  cluster: 'prod',
  server: 'https://10.0.0.1:6443',
  serverCa: 'the CA',
  user: 'jane@prod',
  context: 'jane@prod',
  login: PROGRAM,
}
const CA = Buffer.from('the CA').toString('base64')

const OTHERS = `# mine; do not touch
apiVersion: v1
clusters:
- cluster:
    server:   "https://other"   # spaces   and quotes
  name: other

# before the users
users:
    - name: someone
      user: {token: abc}
    # after someone
contexts: []
preferences: {}
current-context: other
kind: Config
# the end`

function merging(changes: Partial<KubeconfigLogin> = {}, isOwn = false): Merging {
  return { path: 'config', others: [], kubeconfig: { ...OURS, ...changes }, isOwnUser: () => isOwn }
}

const merged = (text: string | null, changes: Partial<KubeconfigLogin> = {}, isOwn = false) =>
  valueOf(mergeKubeconfig(text, merging(changes, isOwn)))

function problemOf(text: string, changes: Partial<KubeconfigLogin> = {}): string {
  const answer = mergeKubeconfig(text, merging(changes))
  if (answer.ok) throw new Error('it was merged')
  return `${answer.problems[0].code}: ${answer.problems[0].message}`
}

/** The lines of `before` that are not in `after`, in the same order. */
function lostLines(before: string, after: string): readonly string[] {
  const rest = after.split('\n')
  return before.split('\n').filter(line => {
    const at = rest.indexOf(line)
    if (at >= 0) rest.splice(0, at + 1)
    return at < 0
  })
}

describe('a merged kubeconfig', () => {
  test('our entries are added, and every other line stays as it is', () => {
    const after = merged(OTHERS)
    expect(lostLines(OTHERS, after)).toEqual(['contexts: []'])
    const read = parse(after)
    expect(read.clusters).toEqual([
      { name: 'other', cluster: { server: 'https://other' } },
      { name: 'prod', cluster: { server: OURS.server, 'certificate-authority-data': CA } },
    ])
    expect(read.users).toMatchObject([
      { name: 'someone', user: { token: 'abc' } },
      { name: 'jane@prod', user: { exec: { args: ['credential', 'jane'] } } },
    ])
    expect(read.contexts).toEqual([
      { name: 'jane@prod', context: { cluster: 'prod', user: 'jane@prod' } },
    ])
    expect(read['current-context']).toBe('other')
  })

  test('a second merge changes no byte', () => {
    const once = merged(OTHERS)
    expect(merged(once, {}, true)).toBe(once)
  })

  test('our user and a new CA are replaced between entries of others', () => {
    const more = merged(merged(OTHERS), {
      cluster: 'last',
      serverCa: 'another CA',
      user: 'jane@last',
      context: 'jane@last',
    })
    const login = { ...PROGRAM, args: ['credential', 'jane', '--key', 'k'] }
    const after = merged(more, { login, serverCa: 'new' }, true)
    const gone = lostLines(more, after).map(line => line.trim())
    expect(gone).toEqual([`certificate-authority-data: ${CA}`])
    const names = parse(after).users.map(({ name }: { readonly name: string }) => name)
    expect(names).toEqual(['someone', 'jane@prod', 'jane@last'])
    expect(parse(after).users[1].user.exec.args).toEqual(login.args)
  })

  test('other settings of our cluster and the namespace of our context are kept', () => {
    const once = merged(OTHERS)
      .replace('server: https://10.0.0.1:6443', 'server: https://10.0.0.1:6443\n    proxy-url: http://p')
      .replace('    cluster: prod\n', '    cluster: prod\n    namespace: apps\n')
    const after = parse(merged(once, { serverCa: 'new' }, true))
    expect(after.clusters[1].cluster['proxy-url']).toBe('http://p')
    expect(after.contexts[0].context.namespace).toBe('apps')
  }) // prettier-ignore

  test('a missing or empty file becomes a whole kubeconfig', () => {
    for (const text of [null, '', '\n'])
      expect(parse(merged(text))).toMatchObject({
        kind: 'Config',
        'current-context': 'jane@prod',
        users: [{ name: 'jane@prod' }],
      })
  })

  test('a kubeconfig in JSON keeps its values', () => {
    const before = parse(OTHERS)
    const after = parse(merged(JSON.stringify(before)))
    expect(after.clusters).toEqual([...before.clusters, expect.objectContaining({ name: 'prod' })])
    expect({ ...after, clusters: 0, users: 0, contexts: 0 }).toEqual({
      ...before,
      clusters: 0,
      users: 0,
      contexts: 0,
    })
  })

  test('sections that are missing or null are filled', () => {
    const bare = 'apiVersion: v1\nkind: Config\nusers: null # none\nclusters:'
    const after = merged(bare)
    expect(after).toContain('# none')
    expect(parse(after)).toMatchObject({
      clusters: [{ name: 'prod' }],
      users: [{ name: 'jane@prod' }],
      contexts: [{ name: 'jane@prod' }],
    })
  })
})

describe('a refused merge', () => {
  const once = merged(OTHERS)

  test.each([
    ['a user that is not ours', once, 'the user jane@prod of config'],
    [
      'a context of another cluster',
      OTHERS.replace('contexts: []', 'contexts:\n- name: jane@prod\n  context: {cluster: other, user: x}'),
      'the context jane@prod of config',
    ],
  ])('a name that belongs to %s is refused', (_, text, says) =>
    expect(problemOf(text)).toBe(`CONFIG_KUBECONFIG: ${says} belongs to something else`)) // prettier-ignore

  const CONTEXTS = 'contexts:\n- name: admin\n  context: {cluster: prod, user: someone}'
  test.each([
    ['server', { server: 'https://elsewhere' }, 'server than https://10.0.0.1:6443'],
    ['CA', { serverCa: 'real' }, 'certificate-authority-data than the configuration'],
    ['missing CA', { serverCa: null }, 'certificate-authority-data than the configuration'],
  ])('the %s of a cluster that a context of others uses is not replaced', (_, changes, differs) => {
    const text = merged(OTHERS, changes).replace('contexts:', CONTEXTS)
    expect(parse(text).contexts).toHaveLength(2)
    expect(problemOf(text)).toBe(
      `CONFIG_KUBECONFIG: the cluster prod of config has another ${differs}, and the context admin uses it`,
    )
  })

  test('a cluster of others with the same server and CA is used as it is', () => {
    const theirs = merged(OTHERS)
      .replace('server: https://10.0.0.1:6443', 'server: https://10.0.0.1:6443\n    proxy-url: http://p')
      .replace('contexts:', CONTEXTS)
    const after = merged(theirs, {}, true)
    expect(after).toBe(theirs)
  }) // prettier-ignore

  test('the server and the CA of a cluster that no other context uses are replaced', () => {
    const text = merged(OTHERS, { server: 'https://elsewhere', serverCa: 'old' })
    expect(parse(merged(text, {}, true)).clusters[1].cluster).toEqual({
      server: OURS.server,
      'certificate-authority-data': CA,
    })
  })

  test.each(['kind: Secret', 'hello', 'kind: [', 'kind: Config\nkind: Config\n', '[]'])(
    'the text %j is not a kubeconfig',
    text => expect(problemOf(text)).toBe('CONFIG_KUBECONFIG: config is not a kubeconfig'),
  )

  test('the hint for a broken file shows that file, also one with a space in its path', () => {
    const answer = mergeKubeconfig('kind: [', { ...merging(), path: 'my config' })
    expect(answer).toMatchObject({
      problems: [{ hint: "kubectl config view --kubeconfig 'my config'" }],
    })
  })

  test('the problem of a broken file quotes nothing of it', () => {
    const answer = mergeKubeconfig('kind: Config\nusers: [{token: s3cret', merging())
    expect(JSON.stringify(answer)).not.toContain('s3cret')
  })
})

describe('the other files of KUBECONFIG', () => {
  /** What a merge into `text` says if a.yaml has these lines. */
  const beside = (a: string, text: string | null = null, isOwn = false): string => {
    const others = [{ path: 'a.yaml', text: a }]
    const answer = mergeKubeconfig(text, { ...merging({}, isOwn), others })
    return answer.ok ? 'merged' : answer.problems[0].message
  }
  const elsewhere = 'clusters:\n- {name: prod, cluster: {server: https://elsewhere}}\n'

  test.each([null, OTHERS])('a cluster with our name and another server is refused', text =>
    expect(beside(elsewhere, text)).toBe(
      'the cluster prod of a.yaml has another server than https://10.0.0.1:6443, and the context jane@prod uses it',
    ),
  )

  test('a context that uses the cluster of the written file keeps its server', () =>
    expect(
      beside(
        'contexts: [{name: admin, context: {cluster: prod, user: someone}}]',
        merged(OTHERS, { server: 'https://elsewhere' }),
        true,
      ),
    ).toBe(
      'the cluster prod of config has another server than https://10.0.0.1:6443, and the context admin uses it',
    ))

  test.each([
    ['users: [{name: jane@prod, user: {token: abc}}]', 'user'],
    ['contexts: [{name: jane@prod, context: {cluster: other, user: x}}]', 'context'],
  ])('an entry with one of our names is refused: %s', (a, member) =>
    expect(beside(a)).toBe(`the ${member} jane@prod of a.yaml belongs to something else`),
  )

  test('a broken file is refused, and its text is not quoted', () =>
    expect(beside('users: [{token: s3cret')).toBe('a.yaml is not a kubeconfig'))

  test.each(['', '# empty', OTHERS, merged(OTHERS)])('a file without a conflict is accepted', a =>
    expect(beside(a, null, true)).toBe('merged'),
  )
})
