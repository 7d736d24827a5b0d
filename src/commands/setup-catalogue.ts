// The commands that set countersign up: what stands around it in a cluster and at GitHub, and whether it stands.
import { COMMAND_FLAGS } from '../inputs.ts'
import type { CommandEntry } from './catalogue.ts'
import { listOf, seconds } from './flags.ts'
import { manifests } from './manifests.ts'

const DAY = 86_400

export const setupEntries: readonly CommandEntry[] = [
  {
    usage: 'manifests <what>',
    text: 'print what to apply: identity, guard or rbac (kubectl), kubeconfig (gh secret), ruleset (gh api)',
    flags: COMMAND_FLAGS.manifests,
    run: (context, [what = ''], flags) =>
      manifests(context, what, {
        user: flags.text('user'),
        group: flags.text('group'),
        approvers: listOf(flags.text('approvers')),
        durationSeconds: seconds(flags.text('duration'), 'duration') ?? 90 * DAY,
      }),
  },
]
