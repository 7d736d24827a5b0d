import { expect, test } from '@jest/globals'
import type { Answer } from '../../build/api-client.ts'
import { describeSubjects } from '../../build/subjects.ts'
import { SIGNING_REQUESTS } from '../../build/signing-requests.ts'

describeSubjects('lists', subject => {
  const collection = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`
  const names = (answer: Answer): string[] => answer.body.items.map(item => item.metadata.name)
  /** Three maps with labels, made once. */
  const fill = async (): Promise<void> => {
    for (const n of ['l1', 'l2', 'l3']) {
      const metadata = { name: n, labels: { app: 'l', n } }
      const answer = await subject().admin.post(collection(), { metadata })
      expect([201, 409]).toContain(answer.code)
    }
  }
  const list = async (query: string) => {
    await fill()
    return subject().admin.get(`${collection()}?${query}`)
  }

  test('a list has a kind and a resourceVersion, and its items have no kind', async () => {
    const { body } = await list('labelSelector=app%3Dl')
    expect(body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' })
    expect(body.metadata.resourceVersion).toMatch(/^\d+$/)
    expect(body.items[0]).not.toHaveProperty('kind')
  })

  test('the list of a missing namespace is empty', async () => {
    const answer = await subject().admin.get('/api/v1/namespaces/nowhere/configmaps')
    expect([answer.code, answer.body.items]).toEqual([200, []])
  })

  test('a list with a limit continues on the next page', async () => {
    const first = await list('labelSelector=app%3Dl&limit=2')
    expect(names(first)).toEqual(['l1', 'l2'])
    expect(first.body.metadata).not.toHaveProperty('remainingItemCount')
    const token = first.body.metadata.continue
    const second = await list(`labelSelector=app%3Dl&limit=2&continue=${token}`)
    expect(names(second)).toEqual(['l3'])
    expect(second.body.metadata).not.toHaveProperty('continue')
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion)
  })

  test('a list without selector reports the remaining item count', async () => {
    // Other tests create and delete on the same server, so the count lies between the numbers before and after.
    const before = (await list('')).body.items.length
    const { body } = await list('limit=1')
    const after = (await list('')).body.items.length
    const left = body.metadata.remainingItemCount + 1
    expect(left).toBeGreaterThanOrEqual(Math.min(before, after))
    expect(left).toBeLessThanOrEqual(Math.max(before, after))
  })

  test.each([
    ['app=l', ['l1', 'l2', 'l3']],
    ['app==l,n', ['l1', 'l2', 'l3']],
    ['app=l,n!=l1', ['l2', 'l3']],
    ['app=l,n in (l1,l3)', ['l1', 'l3']],
    ['app=l,n notin (l1,l3)', ['l2']],
    ['app=l,!n', []],
    ['app=m', []],
  ])('the label selector %s matches the documented objects', async (selector, expected) => {
    const answer = await list(`labelSelector=${encodeURIComponent(selector)}`)
    expect(names(answer)).toEqual(expected)
  })

  test('a field selector matches one name, or all but one', async () => {
    expect(names(await list('fieldSelector=metadata.name%3Dl1'))).toEqual(['l1'])
    const others = await list('labelSelector=app%3Dl&fieldSelector=metadata.name!%3Dl1')
    expect(names(others)).toEqual(['l2', 'l3'])
  })

  test.each([
    [
      'a label selector',
      'labelSelector=a%20b',
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    [
      'a field nobody can select by',
      'fieldSelector=data.x%3Dl1',
      '"data.x" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['a limit', 'limit=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'a resourceVersion',
      'resourceVersion=abc',
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    [
      'a continue token',
      'limit=2&continue=abc',
      "invalid continue token: continue key is not valid: invalid character 'i' looking for beginning of value",
    ],
  ])('a list with an unreadable part is refused: %s', async (_what, query, message) => {
    const answer = await list(query)
    expect([answer.code, answer.body.message]).toEqual([400, message])
  })

  test('a list refuses a resourceVersion of the future', async () => {
    const answer = await list('resourceVersion=999999999')
    expect([answer.code, answer.body.reason, answer.body.details.retryAfterSeconds]).toEqual([
      504,
      'Timeout',
      1,
    ])
    expect(answer.body.message).toMatch(
      /^Timeout: Too large resource version: 999999999, current: \d+$/,
    )
  })

  test('a list accepts any past resourceVersion', async () => {
    expect((await list('resourceVersion=0')).code).toBe(200)
    expect((await list('resourceVersion=1')).code).toBe(200)
  })

  test('CertificateSigningRequests are selectable by signer, and not by user', async () => {
    const by = (field: string) =>
      subject().admin.get(`${SIGNING_REQUESTS}?fieldSelector=${field}%3Dexample.com/none`)
    expect((await by('spec.signerName')).body.items).toEqual([])
    const refused = await by('spec.username')
    expect([refused.code, refused.body.message]).toEqual([
      400,
      'field label not supported: spec.username',
    ])
  })

  test('Secrets are selectable by type', async () => {
    const secrets = `/api/v1/namespaces/${subject().namespace}/secrets`
    await subject().admin.created(secrets, { metadata: { name: 'opaque' } })
    const answer = await subject().admin.get(`${secrets}?fieldSelector=type%3DOpaque`)
    expect(names(answer)).toEqual(['opaque'])
  })
})
