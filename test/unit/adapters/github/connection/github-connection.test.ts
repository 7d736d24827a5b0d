// Calls to an API that redirects: no call, and so no token, reaches another address. And tokens that are none.
import { afterEach, expect, test } from '@jest/globals'
import { z } from 'zod'
import { GiteaConnection } from '../../../../../src/adapters/gitea/connection/gitea-connection.ts'
import { tokenText } from '../../../../../src/adapters/github/connection/github-api-access.ts'
import { Connection } from '../../../../../src/adapters/github/connection/github-connection.ts'
import { systemClock } from '../../../../../src/adapters/system/system-clock.ts'
import { Secret } from '../../../../../src/domain/request/secret-value.ts'
import { failureOf } from '../../../../build/connected.ts'
import { answering, startOddServer } from '../../../../build/odd-server.ts'
import type { OddServer } from '../../../../build/odd-server.ts'

const PURPOSE = { doing: 'read the repository', needs: 'contents: read' }
const CALL = { ...PURPOSE, route: '/user', parameters: {} }

const open: OddServer[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

test.each<[string, (connection: Connection) => Promise<unknown>]>([
  ['a read', connection => connection.rest(CALL)],
  ['a write', connection => connection.send('POST', CALL)],
  [
    'a query',
    connection => connection.graphql({ ...PURPOSE, query: '{ viewer { login } }', variables: {} }),
  ],
])('%s does not follow a redirect, and is refused', async (_, ask) => {
  const other = await startOddServer(answering(200, { data: {} }))
  const location = `${other.server}/elsewhere`
  const api = await startOddServer((_request, response) =>
    response.writeHead(307, { location }).end(),
  )
  open.push(other, api)
  const access = { apiUrl: api.server, token: new Secret('ghs_of-the-job'), version: '0.0.0' }
  const connection = new Connection(access, systemClock, () => 0.5, { tries: 1 })
  await expect(ask(connection)).rejects.toThrow('GITHUB_')
  expect([api.asked.length, other.asked]).toEqual([1, []])
})

test.each(['ghs_one\nghs_two', 'ghs_one two', 'ghs_ä'])(
  'a token that no header can hold (%j) is refused, and not shown',
  async value => {
    const api = await startOddServer(answering(200, {}))
    open.push(api)
    const token = new Secret(value)
    const github = new Connection({ apiUrl: api.server, token, version: '0' }, systemClock, () => 0)
    const gitea = new GiteaConnection(
      { url: api.server, token, version: '0' },
      systemClock,
      () => 0,
    )
    const asked = [github.rest(CALL), gitea.get({ ...PURPOSE, path: '/version' }, z.unknown())]
    for (const each of asked) {
      const { code, message } = await failureOf(each, [value])
      expect([code, message]).toEqual(['RUN_USAGE', expect.stringContaining('cannot be one')])
    }
    expect(api.asked).toEqual([])
  },
)

test('a line break after a token does not matter', () => {
  expect(tokenText(new Secret('ghs_one\n'))).toBe('ghs_one')
})
