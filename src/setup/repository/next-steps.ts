// The remaining steps after init, each with its command.
import type { Setup } from '../../domain/request/initial-setup.ts'
import { kubeconfigVariable } from './first-configuration.ts'
import { limitEnvironmentCommand, rulesetCommand, secretCommand } from './gh-commands.ts'
import { ENVIRONMENT } from './workflow-file.ts'

export function stepsText({ cluster, repository, defaultBranch }: Setup): string {
  const { name } = cluster
  const at = repository ?? 'OWNER/NAME'
  const [limit, allow] = limitEnvironmentCommand(at, ENVIRONMENT, defaultBranch).split('\n')
  return [
    'merge these files by a pull request of their own, take four steps, then open a pull request with your first file:',
    ` 1 countersign manifests identity --cluster ${name} | kubectl apply -f -`,
    `   countersign manifests guard --cluster ${name} | kubectl apply -f -`,
    '     service account, least rights, record namespace; and that nobody else approves',
    ` 2 ${limit}`,
    `   ${allow}`,
    `     environment "${ENVIRONMENT}", only from ${defaultBranch}`,
    ` 3 ${secretCommand({ repository: at, environment: ENVIRONMENT, name: kubeconfigVariable(name), cluster: name })}`,
    '     the credential, for that environment alone; never as a secret of the repository',
    ` 4 ${rulesetCommand(at)}`,
    `     pull request, one approval, review by code owners, no force push to ${defaultBranch}`,
    'then: countersign doctor        (no GitHub App needed: it buys team approvals and GitHub-secret sinks, nothing else)',
  ].join('\n')
}
