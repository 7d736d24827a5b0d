// apply NAME is about that request: other refusals are not printed, and a broken file can be named.
import { afterAll, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'

const { workshop, secret, end } = await ownCluster('chosen')
workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
workshop.write('requests/root.yaml', requestText({ name: 'root', groups: ['system:masters'] }))
workshop.write('requests/people/broken.yaml', 'kind: [\n')
afterAll(end)

test('a refusal of another request is neither printed nor counted', async () => {
  const ran = await workshop.run(['apply', 'jane', '--yes'])
  expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining('jane')])
  expect(ran.stdout + ran.stderr).not.toMatch(/root|broken/)
  expect(secret('jane')).not.toBeNull()
})

test('a refused request that is named is printed', async () => {
  const ran = await workshop.run(['apply', 'root', '--yes'])
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining('error: POLICY_GROUP_RESERVED'),
  ])
  expect(ran.stdout).not.toContain('broken')
})

test('a file that cannot be read can be named, and its problems are printed', async () => {
  const ran = await workshop.run(['apply', 'broken', '--yes'])
  expect([ran.code, ran.stdout]).toEqual([
    1,
    expect.stringContaining('requests/people/broken.yaml:'),
  ])
  expect(ran.stdout).not.toContain('root')
})
