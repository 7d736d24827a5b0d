// The commands that set countersign up, in a repository and in a cluster, and check the result.
import { usageFailure } from '../domain/problem.ts'
import type { CommandEntry } from './command-entry.ts'
import type { ManifestKind } from './commands/manifests-command.ts'
import { accessOf } from './flags/access-flag.ts'
import { listOf, seconds } from './flags/flag-parsing.ts'

const DAY = 86_400

export const setupEntries: readonly CommandEntry[] = [
  {
    name: 'new',
    args: '<name>',
    text: 'write a request file for a person, and create their private key with --own-key',
    examples: [
      'countersign new jane --own-key --group developers',
      'countersign new jane --own-key --open',
      'countersign new jane --own-key --access view@apps',
      'countersign new jane --duration 24h',
    ],
    run: async (context, [name = ''], flags) => {
      const unused = ['repository', 'token-env'].find(flag => flags.text(flag) !== null)
      if (unused !== undefined && !flags.isSet('open'))
        throw usageFailure(`--${unused} needs --open`, 'add --open')
      const groups = listOf(flags.text('group'))
      if (groups.length === 0 && flags.text('group') !== null)
        throw usageFailure('--group names no group', 'name a group, or leave --group out')
      const open = flags.isSet('open')
        ? { repository: flags.text('repository'), tokenEnv: flags.text('token-env') }
        : null
      if (flags.isSet('rekey')) {
        const { rekey } = await import('./commands/own-key/rekey-command.ts')
        return rekey(context, name, {
          ownKey: flags.isSet('own-key'),
          key: flags.text('key'),
          others: ['group', 'access', 'duration'].filter(flag => flags.text(flag) !== null),
          requester: flags.text('requester'),
          open,
        })
      }
      const { newRequest } = await import('./commands/own-key/new-command.ts')
      return newRequest(context, name, {
        ownKey: flags.isSet('own-key'),
        key: flags.text('key'),
        groups,
        access: accessOf(flags.text('access')),
        duration: flags.text('duration'),
        requester: flags.text('requester'),
        open,
      })
    },
  },
  {
    ...manifestsEntry('identity'),
    text: 'print a service account, a namespace and the rights that the policies need',
    examples: ['countersign manifests identity --cluster prod | kubectl apply -f -'],
  },
  {
    ...manifestsEntry('controller'),
    text: 'print the rights that the controller needs in addition to those of manifests identity',
    examples: ['countersign manifests controller --cluster prod | kubectl apply -f -'],
  },
  {
    ...manifestsEntry('approver'),
    text: 'print a service account that approves pending requests of others, and the rights for it',
    examples: ['countersign manifests approver --cluster prod | kubectl apply -f -'],
  },
  {
    ...manifestsEntry('chart-values'),
    text: 'print values of the Helm chart: names, signers, and the manifests of controller, approver and guard',
    examples: ['countersign manifests chart-values --cluster prod > values.yaml'],
  },
  {
    ...manifestsEntry('guard'),
    text: 'print admission policies: only countersign approves for the configured signers',
    examples: [
      'countersign manifests guard --cluster prod | kubectl apply -f -',
      'countersign manifests guard --cluster prod --approvers octo,hubot | kubectl apply -f -',
    ],
  },
  {
    ...manifestsEntry('rbac'),
    text: 'print the rights that the present request files need, and no others',
    examples: ['countersign manifests rbac --user ci | kubectl apply -f -'],
  },
  {
    ...manifestsEntry('revoker'),
    text: 'print the rights that countersign revoke needs, and no others',
    examples: ['countersign manifests revoker --cluster prod | kubectl apply -f -'],
  },
  {
    ...manifestsEntry('authorization'),
    text: 'print a configuration for API servers of your own that denies every request of a grant',
    examples: ['countersign manifests authorization --grant countersign:acme:abcdefghijklmnopqrst'],
  },
  {
    ...manifestsEntry('kubeconfig'),
    text: 'print a kubeconfig with a token of the service account; contains a secret, so it must be piped',
    examples: [
      'countersign manifests kubeconfig --cluster prod | gh secret set KUBECONFIG_PROD --env countersign',
    ],
  },
  {
    ...manifestsEntry('ruleset'),
    text: 'print the ruleset for the default branch at GitHub',
    examples: [
      'countersign manifests ruleset | gh api -X POST repos/acme/certs/rulesets --input -',
    ],
  },
  {
    name: 'doctor',
    args: '',
    text: 'check GitHub settings, cluster permissions and the admission guard',
    examples: [
      'GITHUB_TOKEN="$(gh auth token)" countersign doctor',
      'countersign doctor --cluster prod',
    ],
    run: async (context, _args, flags) => {
      const { doctor } = await import('./commands/doctor-command.ts')
      return doctor(context, {
        repository: flags.text('repository'),
        environment: flags.text('environment') ?? 'countersign',
        approvers: listOf(flags.text('approvers')),
        tokenEnv: flags.text('token-env'),
      })
    },
  },
]

function manifestsEntry(kind: ManifestKind): Pick<CommandEntry, 'name' | 'args' | 'run'> {
  return {
    name: `manifests ${kind}`,
    args: '',
    run: async (context, _args, flags) => {
      const { manifests } = await import('./commands/manifests-command.ts')
      return manifests(context, kind, {
        user: flags.text('user'),
        group: flags.text('group'),
        approvers: listOf(flags.text('approvers')),
        grants: listOf(flags.text('grant')),
        withBindings: flags.isSet('with-bindings'),
        durationSeconds: seconds(flags.text('duration'), 'duration') ?? 90 * DAY,
      })
    },
  }
}
