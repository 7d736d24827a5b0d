// What somebody typed wrong is said back in their words, with what to type instead, before anything is asked or done.
import { afterAll, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'

const { cluster, workshop, end } = await ownCluster('usage')
workshop.write('requests/alice.yaml', requestText({ name: 'alice' }))

afterAll(end)

test.each([
  [['csr', 'aprove', 'x'], 'csr has no command aprove', 'did you mean "approve"?'],
  [['csr', 'describe'], 'csr describe needs the name', 'countersign csr list'],
  [['policy', 'explane'], 'policy has no command explane', 'policy explain FILE'],
  [['policy', 'explain'], 'policy explain needs a request file', 'policy explain FILE'],
  [['apply', '--yes', 'alic'], 'there is no request called alic', 'did you mean "alice"?'],
  [['sandbox', '--port', 'abc'], '--port abc is not a port', 'a number up to 65535'],
])('%j: %s; %s', async (words, message, hint) => {
  const ran = await workshop.run(words)
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(message)
  expect(ran.stderr).toContain(hint)
  const changes = cluster.log.filter(
    ({ method, path }) => method === 'POST' && !path.endsWith('reviews'),
  )
  expect(changes).toEqual([])
})
