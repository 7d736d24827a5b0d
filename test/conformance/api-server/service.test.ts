import { expect, test } from '@jest/globals'
import { describeSubjects, hasRealSubject } from '../../build/subjects.ts'

if (!hasRealSubject) {
  test.todo('on a real kube-apiserver: left out, COUNTERSIGN_TEST_KUBECONFIG is not set')
}

describeSubjects('around the objects', subject => {
  test('the version is 1.36.3', async () => {
    const { body } = await subject().admin.get('/version')
    expect(body).toMatchObject({ major: '1', minor: '36', gitVersion: 'v1.36.3' })
  })

  test('every answer carries the time of the server', async () => {
    const before = Date.now()
    const answer = await subject().admin.get('/version')
    const time = Date.parse(answer.headers['date'] ?? '')
    expect(time).toBeGreaterThan(before - 5000)
    expect(time).toBeLessThan(Date.now() + 5000)
  })

  test.each(['/readyz', '/livez', '/healthz'])('%s is ok', async path => {
    const answer = await subject().admin.get(path)
    expect([answer.code, answer.text]).toEqual([200, 'ok'])
  })

  test('discovery lists the kinds', async () => {
    expect((await subject().admin.get('/api')).body.versions).toEqual(['v1'])
    const group = await subject().admin.get('/apis/certificates.k8s.io')
    expect(group.body.preferredVersion).toEqual({
      groupVersion: 'certificates.k8s.io/v1',
      version: 'v1',
    })
    const { resources } = (await subject().admin.get('/apis/certificates.k8s.io/v1')).body
    expect(resources.map(resource => resource.name)).toEqual([
      'certificatesigningrequests',
      'certificatesigningrequests/approval',
      'certificatesigningrequests/status',
    ])
    expect(resources[0]).toMatchObject({ namespaced: false, shortNames: ['csr'] })
    expect(resources[1]?.verbs).toEqual(['get', 'patch', 'update'])
  })

  test.each(['/nothing', '/apis/nothing.example/v1/x'])('the path %s is not found', async path => {
    const answer = await subject().admin.get(path)
    expect([answer.code, answer.text]).toEqual([404, '404 page not found\n'])
  })

  test.each(['/api/v1/things', '/apis/certificates.k8s.io/v1beta1/certificatesigningrequests'])(
    'the path %s is an unknown resource',
    async path => {
      const answer = await subject().admin.get(path)
      expect([answer.code, answer.body.message]).toEqual([
        404,
        'the server could not find the requested resource',
      ])
    },
  )

  test('query options are validated before the object', async () => {
    const path = `/api/v1/namespaces/${subject().namespace}/secrets?fieldValidation=Foo`
    const answer = await subject().admin.post(path, { metadata: { name: 'x' } })
    expect([answer.code, answer.body.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Foo": supported values: "", "Ignore", "Strict", "Warn"',
    ])
  })
})
