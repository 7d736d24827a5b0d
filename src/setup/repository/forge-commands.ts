// What a person runs for a repository, at GitHub or at a Gitea server.
import { shellWord } from '../../lib/source/shell-word.ts'
import { giteaProtection } from '../gitea-protection.ts'
import { deleteBranchCommand, firstCommitCommand } from './gh-commands.ts'

const ONE = { required: 1 }
/** Arguments of processes are seen by others on the machine. */
const CURL = `printf 'Authorization: token %s' "$GITEA_SERVER_TOKEN" | curl -fsS -H @-`
const GITHUB = {
  accountId: (login: string) => `gh api users/${login} --jq .id`,
  allowPush: (repository: string, login: string) =>
    `gh api -X PUT repos/${repository}/collaborators/${login} -f permission=push`,
  clone: (repository: string) => `gh repo clone ${repository}`,
  deleteBranch: deleteBranchCommand,
  firstCommit: firstCommitCommand,
}

/** `url`: the address of the Gitea server, null for GitHub. */
export function commandsFor(url: string | null): typeof GITHUB {
  if (url === null) return GITHUB
  const [api, git] = [`${url}/api/v1`, (repository: string) => `${url}/${repository}.git`]
  return {
    accountId: login => `${CURL} ${shellWord(`${api}/users/${login}`)} | grep -o '"id":[0-9]*'`,
    allowPush: (repository, login) =>
      `${CURL} --json '{"permission":"write"}' -X PUT ${shellWord(`${api}/repos/${repository}/collaborators/${login}`)}`,
    clone: repository => `git clone ${shellWord(git(repository))}`,
    deleteBranch: (repository, branch) =>
      `git push ${shellWord(git(repository))} --delete ${shellWord(branch)}`,
    firstCommit: repository =>
      `${CURL} --json '{"content":""}' ${shellWord(`${api}/repos/${repository}/contents/README.md`)}`,
  }
}

/** Protects a branch at a Gitea server: the first call changes a rule that exists. `rule`: its fields. */
export function protectCommand(
  url: string,
  repository: string,
  branch: string,
  rule: object = giteaProtection({ configuration: ONE, requests: ONE }, null),
): string {
  const at = `${url}/api/v1/repos/${repository}/branch_protections`
  const body = shellWord(JSON.stringify({ rule_name: branch, ...rule }))
  return `${CURL} --json ${body} -X PATCH ${shellWord(`${at}/${branch}`)} ||\n${CURL} --json ${body} ${shellWord(at)}`
}
