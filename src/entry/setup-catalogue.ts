// The commands that set countersign up: what stands around it in a cluster and at GitHub, and whether it stands.
import { COMMAND_FLAGS } from './flag-table.ts'
import type { CommandEntry } from './command-entry.ts'
import { listOf, seconds } from './flag-parsing.ts'

const DAY = 86_400

export const setupEntries: readonly CommandEntry[] = [
  {
    usage: 'init',
    text: 'write configuration, policy, CODEOWNERS and workflow of a new repository; say what is left to do',
    flags: COMMAND_FLAGS.init,
    run: async (context, _names, flags) => {
      const { init } = await import('./commands/init-command.ts')
      return init(context, {
        repository: flags.text('repository'),
        owners: listOf(flags.text('owners')),
        tokenEnv: flags.text('token-env'),
      })
    },
  },
  {
    usage: 'new <name>',
    text: 'write the request file of a person, and with --own-key the key that only they have',
    flags: COMMAND_FLAGS.new,
    run: async (context, [name = ''], flags) => {
      const { newRequest } = await import('./commands/new-command.ts')
      return newRequest(context, name, {
        ownKey: flags.isSet('own-key'),
        key: flags.text('key'),
        groups: listOf(flags.text('group')),
        duration: flags.text('duration'),
        requester: flags.text('requester'),
      })
    },
  },
  {
    usage: 'manifests <what>',
    text: 'print what to apply: identity, guard or rbac (kubectl), kubeconfig (gh secret), ruleset (gh api)',
    flags: COMMAND_FLAGS.manifests,
    run: async (context, [what = ''], flags) => {
      const { manifests } = await import('./commands/manifests-command.ts')
      return manifests(context, what, {
        user: flags.text('user'),
        group: flags.text('group'),
        approvers: listOf(flags.text('approvers')),
        withBindings: flags.isSet('with-bindings'),
        durationSeconds: seconds(flags.text('duration'), 'duration') ?? 90 * DAY,
      })
    },
  },
  {
    usage: 'doctor',
    text: 'look whether everything stands that countersign rests on: settings at GitHub, rights, guard',
    flags: COMMAND_FLAGS.doctor,
    run: async (context, _names, flags) => {
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
