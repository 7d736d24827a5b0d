// What sets a repository up, and proposes files to it, with the token of a command.
import { openRepositoryApi } from '../../adapters/github/connection/repository-api.ts'
import { githubSettings } from '../../adapters/github/read/settings-reader.ts'
import { githubAdministration } from '../../adapters/github/write/repository-administration-client.ts'
import { githubSecrets } from '../../adapters/github/write/environment-secrets.ts'
import { githubFileProposals } from '../../adapters/github/write/file-proposal-client.ts'
import { random } from '../../adapters/system/random.ts'
import type { Context } from '../command-context.ts'
import { WRITES, openAtGitea, openRepository, repositoryAccess } from './repository-and-token.ts'
import type { GithubFlags } from '../flags/flag-values.ts'

/** Where files are proposed: a repository at the tip of its default branch, and the folder of this checkout in it. Throws GITHUB_ codes. */
export async function openProposals(context: Context, flags: GithubFlags) {
  const facts = await (await openRepository(context, flags)).facts()
  const { proposals } = await openRepositorySetup(context, flags)
  const { name: repository, defaultBranch: base, tip } = facts
  const prefix = await context.git.prefix()
  return { proposals, repository, base, prefix, files: proposals.filesAt(tip) }
}

/** Returns the ports of its server; no call is made yet. */
export async function openRepositorySetup(context: Context, flags: GithubFlags) {
  const gitea = await openAtGitea(context, flags)
  if (gitea !== null) return { settings: gitea.settings(), proposals: gitea.proposals() }
  const { clock } = context
  const access = await repositoryAccess(context, flags, WRITES)
  const api = openRepositoryApi(access, clock, random)
  return {
    administration: githubAdministration(api),
    settings: githubSettings(access, clock, random),
    secrets: githubSecrets(access, clock, random),
    proposals: githubFileProposals(api),
    clock,
  }
}
