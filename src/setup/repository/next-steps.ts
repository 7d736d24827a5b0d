// The remaining steps after init, each with its command.
import type { Setup } from '../../domain/request/initial-setup.ts'
import { giteaProtection } from '../gitea-protection.ts'
import { kubeconfigVariable } from './first-configuration.ts'
import { protectCommand } from './forge-commands.ts'
import { limitEnvironmentCommand, rulesetCommand, secretCommand } from './gh-commands.ts'

const APP = '        (a GitHub App is needed only for team approvals and GitHub-secret sinks)'

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
  const one = { required: 1 }
  const rule = giteaProtection({ configuration: one, requests: one }, null)
  const ruleset =
    forge === null
      ? `${rulesetCommand(at)}
     pull request, one approval, review by code owners, no force push to ${defaultBranch}`
      : `${protectCommand(forge, at, defaultBranch, rule).replace('\n', '\n   ')}
     approved pull requests only`
  const steps = [identity, ...(isPull ? [] : credential), ruleset]
  return [
    'merge these files by a pull request of their own, take these steps, then open a pull request with your first file:',
    ...steps.map((step, index) => ` ${index + 1} ${step}`),
    `then: countersign doctor${forge === null ? APP : ''}`,
  ].join('\n')
}
