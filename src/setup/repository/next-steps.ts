// The remaining steps after init, each with its command.
import type { Setup } from '../../domain/request/initial-setup.ts'
import { kubeconfigVariable } from './first-configuration.ts'
import { protectCommand } from './forge-commands.ts'
import { limitEnvironmentCommand, rulesetCommand, secretCommand } from './gh-commands.ts'

export function stepsText(
  { cluster, repository, defaultBranch, isPull, forge }: Setup,
  environment: string,
): string {
  const { name } = cluster
  const at = repository ?? 'OWNER/NAME'
  const stored = { repository: at, environment, name: kubeconfigVariable(name) }
  // bootstrap replaces service accounts that are older than the guard.
  const identity = `countersign manifests guard --cluster ${name} | kubectl apply -f -
   countersign manifests identity --cluster ${name} | kubectl apply -f -
     nobody else approves; then service account, least rights, record namespace`
  // In pull mode GitHub has no credential.
  const credential = [
    `${limitEnvironmentCommand(at, environment, defaultBranch).replace('\n', '\n   ')}
     environment "${environment}", only from ${defaultBranch}`,
    `${secretCommand({ ...stored, cluster: name })}
     the credential, for that environment alone; never as a secret of the repository`,
  ]
  const protect = forge === null ? rulesetCommand(at) : protectCommand(forge, at, defaultBranch)
  const ruleset = `${protect.replace('\n', '\n   ')}
     pull request, one approval,${forge === null ? ' review by code owners,' : ''} no force push to ${defaultBranch}`
  const steps = [identity, ...(isPull ? [] : credential), ruleset]
  return [
    'merge these files by a pull request of their own, take these steps, then open a pull request with your first file:',
    ...steps.map((step, index) => ` ${index + 1} ${step}`),
    'then: countersign doctor        (a GitHub App is needed only for team approvals and GitHub-secret sinks)',
  ].join('\n')
}
