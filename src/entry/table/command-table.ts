// Every command of the command line, in the order of --help. The module of a command is loaded when the command runs.
import { entryOf } from '../command-entry.ts'
import type { CommandEntry, CommandGroup } from '../command-entry.ts'
import {
  setting,
  CERTIFICATE_ARTIFACT,
  CERTIFICATE_SECRET,
  OWN_KEY_FILE,
  REPOSITORY,
  TOKEN_ENV,
  toggle,
} from '../flags/shared-flags.ts'
import { ACCESS_ENTRIES } from './access-entries.ts'
import { INSTALLATION_ENTRIES } from './installation-entries.ts'
import { REQUEST_ENTRIES } from './request-entries.ts'
import { SETUP_ENTRIES } from './setup-entries.ts'
import { SIGNING_ENTRIES } from './signing-entries.ts'

// Commands that log a person in with their own key.

const OWN_KEY_ENTRIES = [
  entryOf({
    name: 'kubeconfig',
    args: '<name>',
    text: 'print a kubeconfig for your own key; kubectl fetches renewed certificates by itself',
    flags: [
      OWN_KEY_FILE,
      setting(
        'pr',
        'NUMBER',
        'pull request with the certificate (default: the newest comment, or the artifact of the request)',
      ),
      setting('certificate', 'FILE', 'file with the certificate, instead of a comment'),
      CERTIFICATE_SECRET,
      CERTIFICATE_ARTIFACT,
      {
        ...setting(
          'merge',
          'FILE',
          'add it to this kubeconfig, with a backup (default: the first file of $KUBECONFIG, then ~/.kube/config)',
        ),
        isOptional: true,
      },
      setting('out', 'FILE', 'file to write with mode 0600; an existing file is not overwritten'),
      toggle(
        'embed-key',
        'put key and certificate into the file, for machines without countersign; they are not renewed there',
      ),
      REPOSITORY,
      TOKEN_ENV,
    ],
    examples: [
      'countersign kubeconfig jane --merge                add the login to the current kubeconfig',
      'countersign kubeconfig jane --embed-key --out ~/jane.kubeconfig',
    ],
    run: async (...given) =>
      (await import('../commands/own-key/kubeconfig-command.ts')).kubeconfig(...given),
  }),
  entryOf({
    name: 'credential',
    args: '<name>',
    text: 'print the credential of your own key for kubectl, which runs this command',
    flags: [OWN_KEY_FILE, CERTIFICATE_SECRET, CERTIFICATE_ARTIFACT, REPOSITORY, TOKEN_ENV],
    isHidden: true,
    examples: ['countersign credential jane --cluster prod --repository acme/certs'],
    run: async (...given) =>
      (await import('../commands/own-key/credential-command.ts')).credential(...given),
  }),
]

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
