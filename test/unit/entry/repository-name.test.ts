// The repository at GitHub: by its flag, by the environment, or by an origin at one of the hosts of GitHub.
import { expect, test } from '@jest/globals'
import { githubHosts, repositoryName } from '../../../src/entry/repository-name.ts'
import { failureOf } from '../../build/connected.ts'
import { Git } from '../../../src/adapters/system/git-command.ts'

test.each([
  [{}, ['github.com']],
  [{ GITHUB_API_URL: 'https://api.github.com' }, ['github.com']],
  [{ GITHUB_API_URL: 'https://ghe.example/api/v3' }, ['github.com', 'ghe.example']],
  [{ GITHUB_API_URL: 'https://api.octo.ghe.com' }, ['github.com', 'octo.ghe.com']],
  [
    { GITHUB_SERVER_URL: 'https://ghe.example', GITHUB_API_URL: '?' },
    ['github.com', 'ghe.example'],
  ],
])('the hosts of GitHub with %j are %j', (environment, hosts) => {
  expect(githubHosts(environment)).toEqual(hosts)
})

test('without an origin at GitHub the message names the hosts', async () => {
  const environment = { GITHUB_API_URL: 'https://ghe.example/api/v3' }
  expect(await failureOf(repositoryName({ environment, git: new Git('/') }, null))).toMatchObject({
    message: expect.stringContaining('this checkout has no origin at github.com or ghe.example'),
    hint: 'name it with --repository OWNER/NAME',
  })
})
