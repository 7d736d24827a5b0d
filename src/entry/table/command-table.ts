// Every command of the command line, in the order of --help. The module of a command is loaded when the command runs.
import { entryOf } from '../command-entry.ts'
import type { CommandEntry, CommandGroup } from '../command-entry.ts'
import { setting } from '../flags/shared-flags.ts'
import { ACCESS_ENTRIES } from './access-entries.ts'
import { INSTALLATION_ENTRIES } from './installation-entries.ts'
import { OWN_KEY_ENTRIES } from './own-key-entries.ts'
import { REQUEST_ENTRIES } from './request-entries.ts'
import { SETUP_ENTRIES } from './setup-entries.ts'
import { SIGNING_ENTRIES } from './signing-entries.ts'

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  {
    name: 'policy',
    text: 'explain what the policies say about a request, draft one, and run their tests',
  },
  {
    name: 'csr',
    text: 'list, describe, approve or deny CertificateSigningRequests, showing what you approve',
  },
  { name: 'manifests', text: 'print what to install in a cluster and at GitHub' },
]

export const COMMANDS: readonly CommandEntry[] = [
  ...REQUEST_ENTRIES,
  ...ACCESS_ENTRIES,
  ...SIGNING_ENTRIES,
  ...OWN_KEY_ENTRIES,
  ...SETUP_ENTRIES,
  ...INSTALLATION_ENTRIES,
  entryOf({
    name: 'sandbox',
    args: '',
    text: 'run an embedded cluster on this machine, to try things out',
    flags: [
      setting('port', 'PORT', 'port on 127.0.0.1 (default: a free one)'),
      setting('write-kubeconfig', 'FILE', 'file for the kubeconfig (default: a temporary one)'),
    ],
    examples: ['countersign sandbox --write-kubeconfig sandbox.kubeconfig'],
    whenInterrupted: null,
    run: async (...given) => (await import('../commands/sandbox-command.ts')).sandbox(...given),
  }),
  entryOf({
    name: 'completion',
    args: '<shell>',
    text: 'print a completion script for bash, zsh or fish',
    flags: [],
    examples: [
      'source <(countersign completion bash)                       in ~/.bashrc',
      'source <(countersign completion zsh)                        in ~/.zshrc, after compinit',
      'countersign completion fish > ~/.config/fish/completions/countersign.fish',
    ],
    run: async (context, [shell = '']) => {
      const { completion } = await import('../commands/completion-command.ts')
      return completion(context, shell, LISTED_COMMANDS, COMMAND_GROUPS)
    },
  }),
]

/** Those that help, completion and the documentation list. */
export const LISTED_COMMANDS: readonly CommandEntry[] = COMMANDS.filter(
  ({ isHidden }) => isHidden !== true,
)
