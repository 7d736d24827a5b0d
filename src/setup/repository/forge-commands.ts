// What a person runs for a repository, at GitHub or at a Gitea server.
import type { ForgeTraits } from '../../domain/proof/repository-facts.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import { deleteBranchCommand, firstCommitCommand } from './gh-commands.ts'

const GITHUB = {
  accountId: (login: string) => `gh api users/${login} --jq .id`,
  deleteBranch: deleteBranchCommand,
  firstCommit: firstCommitCommand,
  clone: (repository: string) => `gh repo clone ${repository}`,
}

/** `url`: the address of the Gitea server, null for GitHub. */
export function commandsFor({ url }: Pick<ForgeTraits, 'url'>): typeof GITHUB {
  if (url === null) return GITHUB
  const git = (repository: string): string => `${url}/${repository}.git`
  const api = (path: string, more: string): string =>
    `curl -fsS -H "Authorization: token $GITEA_SERVER_TOKEN" ${shellWord(`${url}/api/v1/${path}`)} ${more}`
  return {
    accountId: login => api(`users/${login}`, `| grep -o '"id":[0-9]*'`),
    deleteBranch: (repository, branch) =>
      `git push ${shellWord(git(repository))} --delete ${shellWord(branch)}`,
    firstCommit: repository =>
      api(`repos/${repository}/contents/README.md`, `--json '{"content":"IyBDZXJ0aWZpY2F0ZXMK"}'`),
    clone: repository => `git clone ${shellWord(git(repository))}`,
  }
}

/** The command that protects a branch at a Gitea server: the first call changes a rule that exists. */
export function protectCommand(url: string, repository: string, branch: string, rule: object) {
  const [header, at] = [
    '-H "Authorization: token $GITEA_SERVER_TOKEN"',
    `${url}/api/v1/repos/${repository}/branch_protections`,
  ]
  const sent = (fields: object): string => `--json ${shellWord(JSON.stringify(fields))}`
  return `curl -fsS -X PATCH ${header} ${shellWord(`${at}/${branch}`)} ${sent(rule)} ||\ncurl -fsS ${header} ${shellWord(at)} ${sent({ rule_name: branch, ...rule })}`
}
