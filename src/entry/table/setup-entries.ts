// Commands that write files: of a repository, and of one request.
import { resolve } from 'node:path'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { USUAL_ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import type { SetupFlags } from '../bootstrap/setup-discovery.ts'
import type { Context } from '../command-context.ts'
import { entryOf } from '../command-entry.ts'
import { approversOf, dashed, listOf } from '../flags/flag-values.ts'
import type { GithubFlags, Switches, Texts } from '../flags/flag-values.ts'
import {
  APPROVERS,
  ENVIRONMENT,
  OWNERS,
  REPOSITORY,
  REQUESTER,
  TOKEN_ENV,
  setting,
  toggle,
} from '../flags/shared-flags.ts'

export const SETUP_ENTRIES = [
  entryOf({
    name: 'bootstrap',
    args: '',
    text: 'set up a cluster and the repository at GitHub or Gitea: shows the plan, asks once, does it, checks the result',
    flags: [
      REPOSITORY,
      OWNERS,
      ENVIRONMENT,
      APPROVERS,
      toggle(
        'pull',
        'apply runs in the cluster (apply --prove): no credential at GitHub, and a workflow that only plans',
      ),
      toggle(
        'controller',
        'like --pull, for the controller: installs its rights and those of the approver, and prints the helm command',
      ),
      toggle('dry-run', 'show the plan and exit'),
      toggle('yes', 'do not ask; needed in CI'),
      setting('export', 'FOLDER', 'only write the files of the repository to this folder'),
      toggle('uninstall', 'remove what countersign installed in the cluster'),
      TOKEN_ENV,
    ],
    examples: [
      'countersign bootstrap --cluster prod --owners octo,hubot',
      'countersign bootstrap --cluster prod --dry-run     only shows the plan',
      'countersign bootstrap --cluster lab --context lab  adds a cluster by a pull request',
      'countersign bootstrap --cluster prod --controller  installs its rights, and prints the helm command that runs it',
      'countersign bootstrap --cluster prod --uninstall',
    ],
    whenInterrupted:
      'interrupted: finishing the step in progress; press Ctrl-C again to stop at once',
    run: async (context, _args, flags) => {
      const given = setupFlags('bootstrap', context, flags)
      if (flags.export === null)
        return (await import('../commands/bootstrap-command.ts')).bootstrap(context, {
          ...flags,
          ...given,
          approvers: approversOf(flags.approvers),
        })
      const unused = (['uninstall', 'dryRun', 'yes'] as const).find(name => flags[name])
      if (unused !== undefined)
        throw usageFailure(
          `--export writes files only, and --${dashed(unused)} does not apply to it`,
          `leave --${dashed(unused)} out`,
        )
      const { exportFiles } = await import('../commands/init-command.ts')
      return exportFiles(context, given, resolve(context.folder, flags.export))
    },
  }),
  entryOf({
    name: 'init',
    args: '',
    text: 'write configuration, policy, CODEOWNERS and workflow of a new repository, and list the next steps',
    flags: [REPOSITORY, OWNERS, TOKEN_ENV],
    isHidden: true,
    examples: [
      'countersign init --cluster prod',
      'countersign init --cluster prod --owners octo,hubot=1001',
    ],
    run: async (context, _args, flags) => {
      const { exportFiles } = await import('../commands/init-command.ts')
      return exportFiles(context, setupFlags('init', context, flags), context.root)
    },
  }),
  entryOf({
    name: 'new',
    args: '<name>',
    text: 'write a request file for a person, a robot or a service, and create their private key with --own-key',
    flags: [
      toggle('own-key', 'create a private key on this machine; the certificate is issued for it'),
      setting('key', 'FILE', 'with --own-key: file for the key (default ~/.countersign/NAME.key)'),
      toggle(
        'rekey',
        'with --own-key: a new key for an existing request (lost laptop: revoke first if it has access)',
      ),
      toggle('robot', 'a request of a program, in robots or another folder whose policy allows it'),
      setting(
        'service',
        'NAMES',
        'a request of a service with these DNS names, separated by commas, in services or another folder whose policy allows it',
      ),
      setting('group', 'GROUPS', 'groups in the certificate, separated by commas'),
      setting(
        'access',
        'ACCESS',
        'what the holder may do: ROLE@NAMESPACE, or ROLE@* for the whole cluster (a ClusterRoleBinding), separated by commas',
      ),
      setting('duration', 'DURATION', 'lifetime: 24h, 7d (default: from the configuration)'),
      setting(
        'until',
        'TIME',
        'when the access ends, such as 2027-01-31T18:00Z, or 4h from now (default: no end)',
      ),
      REQUESTER,
      toggle(
        'open',
        'open a pull request with the file; the token needs contents: write and pull-requests: write (Gitea: write:repository)',
      ),
      REPOSITORY,
      TOKEN_ENV,
    ],
    examples: [
      'countersign new jane --own-key --group developers',
      'countersign new jane --own-key --open',
      'countersign new jane --own-key --access view@apps',
      'countersign new jane --duration 24h',
      'countersign new ci --robot --group deployers',
      'countersign new web --service web.example.com',
    ],
    run: async (context, [name = ''], flags) => {
      const unused = (['repository', 'tokenEnv'] as const).find(each => flags[each] !== null)
      if (unused !== undefined && !flags.open)
        throw usageFailure(`--${dashed(unused)} needs --open`, 'add --open')
      if (flags.group !== null && listOf(flags.group).length === 0)
        throw usageFailure('--group names no group', 'name a group, or leave --group out')
      return flags.rekey
        ? (await import('../commands/own-key/rekey-command.ts')).rekey(context, name, flags)
        : (await import('../commands/own-key/new-command.ts')).newRequest(context, name, flags)
    },
  }),
]

type Given = GithubFlags &
  Texts<'owners'> &
  Partial<Texts<'environment'> & Switches<'pull' | 'controller'>>

/** Throws RUN_USAGE for flags that do not apply, and for a name that no environment can have. */
function setupFlags(
  command: SetupFlags['command'],
  { options }: Context,
  given: Given,
): SetupFlags {
  const unused = options.isConfigNamed ? 'config' : options.requests === null ? null : 'requests'
  if (unused !== null)
    throw usageFailure(
      `${command} takes no --${unused}: it writes countersign.yaml, and requests/ is the folder of request files`,
      `leave --${unused} out`,
    )
  const environment = given.environment ?? USUAL_ENVIRONMENT
  if (!/^[^/\p{Cc}]{1,255}$/u.test(environment))
    throw usageFailure(
      `"${visible(environment)}" is not a name for an environment: 1 to 255 characters, no slash, no control character`,
      'for example --environment prod',
    )
  const { repository, tokenEnv, pull = false, controller = false } = given
  const isPull = pull || controller
  return { command, repository, owners: listOf(given.owners), isPull, environment, tokenEnv }
}
