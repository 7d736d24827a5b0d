// The repository that a command works on.
import { usageFailure } from '../domain/problem.ts'
import type { CountersignError } from '../domain/problem.ts'
import type { Context } from './command-context.ts'
import { giteaServer, nameAtGitea } from './gitea-server.ts'

/** owner/name: as given, else of the environment, else the origin of the checkout. Throws RUN_USAGE if there is none, and CONFIG_FORGE. */
export async function repositoryName(context: Context, given: string | null): Promise<string> {
  const { environment, git } = context
  const gitea = await giteaServer(context)
  if (gitea !== null) return nameAtGitea(gitea, given)
  const name =
    given ?? environment['GITHUB_REPOSITORY'] ?? (await git.origin(githubHosts(environment)))
  if (name !== null) return name
  throw unknownRepository({ environment })
}

export function unknownRepository({ environment }: Pick<Context, 'environment'>): CountersignError {
  return usageFailure(
    `the repository at GitHub is not known: this checkout has no origin at ${githubHosts(environment).join(' or ')}`,
    'name it with --repository OWNER/NAME; for a Gitea server: export GITEA_SERVER_URL=https://git.example.com',
  )
}

/** github.com, and the hosts of GITHUB_SERVER_URL and GITHUB_API_URL. */
export function githubHosts(environment: Context['environment']): readonly string[] {
  const { GITHUB_SERVER_URL: server = '', GITHUB_API_URL: api = '' } = environment
  const hosts = ['https://github.com', server, api].flatMap(url =>
    URL.canParse(url) ? [new URL(url).hostname.replace(/^api\./, '')] : [],
  )
  return [...new Set(hosts)]
}
