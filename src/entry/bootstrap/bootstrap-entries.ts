// The commands bootstrap and init.
import { resolve } from 'node:path'
import { usageFailure } from '../../domain/problem.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { ENVIRONMENT } from '../../setup/repository/workflow-file.ts'
import type { CommandEntry } from '../command-entry.ts'
import type { ExportFlags } from '../commands/init-command.ts'
import { listOf } from '../flags/flag-parsing.ts'
import type { Flags } from '../flags/flag-parsing.ts'
import type { SetupFlags } from './setup-discovery.ts'

/** `interrupted`: the person pressed Ctrl-C. */
export function bootstrapEntries(interrupted: AbortSignal): readonly CommandEntry[] {
  return [
    {
      name: 'bootstrap',
      args: '',
      text: 'set up a cluster and the repository: shows the plan, asks once, does it, checks the result',
      examples: [
        'countersign bootstrap --cluster prod --owners octo,hubot',
        'countersign bootstrap --cluster prod --dry-run     only shows the plan',
        'countersign bootstrap --cluster prod --controller  installs its rights, and prints the helm command that runs it',
        'countersign bootstrap --cluster prod --uninstall',
      ],
      whenInterrupted:
        'interrupted: finishing the step in progress; press Ctrl-C again to stop at once',
      run: async (context, _args, flags) => {
        const exportTo = flags.text('export')
        const given = setupFlags('bootstrap', flags)
        if (exportTo !== null) {
          const unused = ['uninstall', 'dry-run', 'yes'].find(flag => flags.isSet(flag))
          if (unused !== undefined)
            throw usageFailure(
              `--export writes files only, and --${unused} does not apply to it`,
              `leave --${unused} out`,
            )
          const { exportFiles } = await import('../commands/init-command.ts')
          return exportFiles(context, given, resolve(context.folder, exportTo))
        }
        const { bootstrap } = await import('../commands/bootstrap-command.ts')
        const more = {
          approvers: listOf(flags.text('approvers')),
          isDryRun: flags.isSet('dry-run'),
          isUninstall: flags.isSet('uninstall'),
          isController: flags.isSet('controller'),
          yes: flags.isSet('yes'),
        }
        return bootstrap(context, { ...given, ...more }, interrupted)
      },
    },
    {
      name: 'init',
      args: '',
      text: 'write configuration, policy, CODEOWNERS and workflow of a new repository, and list the next steps',
      examples: [
        'countersign init --cluster prod',
        'countersign init --cluster prod --owners octo,hubot=1001',
      ],
      run: async (context, _args, flags) => {
        const { exportFiles } = await import('../commands/init-command.ts')
        return exportFiles(context, setupFlags('init', flags), context.root)
      },
    },
  ]
}

function setupFlags(command: SetupFlags['command'], flags: Flags): ExportFlags {
  const unused = ['config', 'requests'].find(flag => flags.text(flag) !== null)
  if (unused !== undefined)
    throw usageFailure(
      `${command} takes no --${unused}: it writes countersign.yaml, and requests/ is the folder of request files`,
      `leave --${unused} out`,
    )
  const environment = flags.text('environment') ?? ENVIRONMENT
  if (!/^[^/\p{Cc}]{1,255}$/u.test(environment))
    throw usageFailure(
      `"${visible(environment)}" is not a name for an environment: 1 to 255 characters, no slash, no control character`,
      'for example --environment prod',
    )
  return {
    command,
    repository: flags.text('repository'),
    owners: listOf(flags.text('owners')),
    isPull: flags.isSet('pull') || flags.isSet('controller'),
    environment,
    tokenEnv: flags.text('token-env'),
  }
}
