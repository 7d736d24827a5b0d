// The repository at GitHub: by its flag, by the environment, or by an origin at one of the hosts of GitHub.
import { expect, test } from '@jest/globals'
import { githubHosts, repositoryName } from '../../../src/entry/repository-name.ts'
import type { Context, ContextOptions } from '../../../src/entry/command-context.ts'
import type { RepositoryFiles } from '../../../src/ports/repository-files.ts'
import { failureOf } from '../../build/connected.ts'
import { standIn } from '../../build/stand-in.ts'
import { Git } from '../../../src/adapters/system/git-command.ts'

const NO_CONFIGURATION = {
  options: standIn<ContextOptions>({ config: 'countersign.yaml' }),
  files: standIn<RepositoryFiles>({ read: async () => null }),
}

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
  const context = standIn<Context>({ environment, git: new Git('/'), ...NO_CONFIGURATION })
  expect(await failureOf(repositoryName(context, null))).toMatchObject({
    message: expect.stringContaining('this checkout has no origin at github.com or ghe.example'),
    hint: expect.stringContaining('name it with --repository OWNER/NAME; for a Gitea server:'),
  })
})
