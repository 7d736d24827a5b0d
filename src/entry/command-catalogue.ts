// Every command of the command line: its words, what it does, examples. The module of a command is loaded when the command runs.
import { usageFailure } from '../domain/problem.ts'
import { bootstrapEntries } from './bootstrap/bootstrap-entries.ts'
import { clusterEntries } from './cluster-catalogue.ts'
import { COMMAND_FLAGS, HIDDEN_COMMANDS } from './flags/flag-table.ts'
import type { CommandEntry, CommandGroup } from './command-entry.ts'
import type { LoadSandbox } from './commands/sandbox-command.ts'
import { seconds, wholeNumber } from './flags/flag-parsing.ts'
import type { Flags } from './flags/flag-parsing.ts'
import { setupEntries } from './setup-catalogue.ts'
import { watch } from './watch.ts'
import type { Revocable } from '../workflows/revoke/revocation-targets.ts'

export const COMMAND_GROUPS: readonly CommandGroup[] = [
  { name: 'policy', text: 'explain what the policies say about a request, and run their tests' },
  {
    name: 'csr',
    text: 'list, inspect, approve or deny CertificateSigningRequests, showing what you approve',
  },
  { name: 'manifests', text: 'print what to install in a cluster and at GitHub' },
]

const OF_PULL_MODE = [
  'repository',
  'branch',
  'trusted-config',
  'trusted-requests',
  'comment',
  'token-env',
]

/** Throws RUN_USAGE for what one of both ways of apply would ignore. */
function checkApply(names: readonly string[], flags: Flags): void {
  const isPull = flags.isSet('prove')
  const [other] = (isPull ? ['yes', 'max-issue', 'requester'] : OF_PULL_MODE).filter(
    name => flags.isSet(name) || flags.text(name) !== null,
  )
  if (other !== undefined)
    throw usageFailure(
      isPull ? `--prove cannot be combined with --${other}` : `--${other} needs --prove`,
      isPull ? `leave --${other} out` : 'add --prove',
    )
  if (isPull && names.length > 0)
    throw usageFailure('--prove applies every request; it takes no names', 'leave the names out')
}

/** Throws RUN_USAGE unless exactly one of names, --login and --grant is given. */
function revocable(names: readonly string[], flags: Flags): Revocable {
  const [login, grant] = [flags.text('login'), flags.text('grant')]
  if ([names.length > 0, login !== null, grant !== null].filter(Boolean).length !== 1)
    throw usageFailure('revoke takes names, or --login, or --grant', 'countersign revoke NAME')
  return { names, login, grant }
}

/** `interrupted`: the person pressed Ctrl-C. */
export function commandEntries(
  interrupted: AbortSignal,
  loadSandbox: LoadSandbox,
): readonly CommandEntry[] {
  const entries: readonly CommandEntry[] = [
    {
      name: 'validate',
      args: '[paths...]',
      text: 'report every problem in request files, policies and configuration',
      examples: [
        'countersign validate                               everything',
        'countersign validate requests/people               a folder or a file',
        'openssl req -in jane.csr | countersign validate -  standard input',
      ],
      run: async (context, paths, flags) => {
        const { validate } = await import('./commands/validate-command.ts')
        return validate(context, paths, { format: flags.text('format') })
      },
    },
    {
      name: 'import',
      args: '[file]',
      text: 'convert a request file of another format to YAML, and report what became of each part',
      examples: [
        'countersign import deployer.cnf          writes deployer.yaml next to it',
        'countersign import jane.csr --to -       prints the YAML',
        'countersign import --nodes > nodes/a.yaml   drafts an inventory from the nodes of a cluster',
      ],
      run: async (context, [file], flags) => {
        if (flags.isSet('nodes') !== (file === undefined))
          throw usageFailure('name a file, or use --nodes', 'countersign import jane.csr')
        if (file === undefined) {
          const { importNodes } = await import('./commands/import-nodes-command.ts')
          return importNodes(context)
        }
        const { importFile } = await import('./commands/import-command.ts')
        return importFile(context, file, { to: flags.text('to'), name: flags.text('name') })
      },
    },
    {
      name: 'plan',
      args: '',
      text: 'show what apply would do, and why; changes nothing',
      examples: [
        'countersign plan                         compares with the clusters',
        'countersign plan --base origin/main      compares with a commit; no cluster is contacted',
      ],
      run: async (context, _args, flags) => {
        const { plan } = await import('./commands/plan-command.ts')
        return plan(context, flags.text('base'))
      },
    },
    {
      name: 'apply',
      args: '[names...]',
      text: 'show the plan, ask once, then issue and store certificates',
      examples: [
        'countersign apply                        every request',
        'countersign apply jane deployer          only these two',
      ],
      whenInterrupted:
        'interrupted: finishing the requests in progress; press Ctrl-C again to stop at once',
      run: async (context, names, flags) => {
        checkApply(names, flags)
        if (flags.isSet('prove')) {
          const { applyReviewed } = await import('./commands/apply-pull-mode.ts')
          const options = {
            repository: flags.text('repository'),
            branch: flags.text('branch'),
            trustedConfig: flags.text('trusted-config'),
            trustedRequests: flags.text('trusted-requests'),
            comment: flags.isSet('comment'),
            tokenEnv: flags.text('token-env'),
          }
          return applyReviewed(context, options, interrupted)
        }
        const { apply } = await import('./commands/apply-command.ts')
        const options = {
          scope: { names, maxIssue: wholeNumber(flags.text('max-issue'), 'max-issue') },
          yes: flags.isSet('yes'),
          requester: flags.text('requester'),
        }
        return apply(context, options, interrupted)
      },
    },
    {
      name: 'status',
      args: '',
      text: 'show who has access until when',
      examples: [
        'countersign status',
        'countersign status --expiring 7d         only certificates that expire within 7 days',
        'countersign status --watch               again every 5 seconds, until Ctrl-C',
        'countersign status -o wide               also who approved it, serial and roles',
        'countersign status --html status.html    one page for a browser',
      ],
      run: async (context, _args, flags) => {
        const { status } = await import('./commands/status-command.ts')
        const within = seconds(flags.text('expiring'))
        const show = () => status(context, within, flags.text('html'))
        return flags.isSet('watch') ? watch(context, interrupted, show) : show()
      },
    },
    {
      name: 'revoke',
      args: '[names...]',
      text: 'end access at once: delete the bindings of requests or of a grant, and grant none again',
      examples: [
        'countersign revoke jane                  all access of a request, in every cluster',
        'countersign revoke --login jane --yes    a person who left: requests, and pull requests for the files',
        'countersign revoke --grant countersign:acme:abcdefghijklmnopqrst',
      ],
      run: async (context, names, flags) => {
        const { revoke } = await import('./commands/revoke-command.ts')
        const github = { repository: flags.text('repository'), tokenEnv: flags.text('token-env') }
        return revoke(context, revocable(names, flags), github, flags.isSet('yes'))
      },
    },
    {
      name: 'prove',
      args: '[what]',
      text: 'show who approved a file or a certificate, and the rule that allowed it; changes nothing',
      examples: [
        'countersign prove requests/people/jane.yaml',
        'countersign prove cert.pem -o intoto           a certificate; also by serial, SHA-256, grant',
        'countersign prove --evidence evidence.json     checks stored evidence without GitHub',
      ],
      run: async (context, [path], flags) => {
        const { prove, proveOffline } = await import('./commands/prove-command.ts')
        const evidence = flags.text('evidence')
        if (evidence !== null) return proveOffline(context, evidence, path ?? null)
        if (path === undefined)
          throw usageFailure('prove needs a file or a certificate', 'or --evidence FILE')
        const form = flags.isSet('digests-only') ? 'digests' : 'whole'
        return prove(context, path, {
          repository: flags.text('repository'),
          commit: flags.text('commit'),
          trustedConfig: flags.text('trusted-config'),
          trustedRequests: flags.text('trusted-requests'),
          tokenEnv: flags.text('token-env'),
          statement: flags.text('output') === 'intoto' ? form : null,
        })
      },
    },
    ...clusterEntries(interrupted),
    ...bootstrapEntries(interrupted),
    ...setupEntries,
    {
      name: 'sandbox',
      args: '',
      text: 'run an embedded cluster on this machine, to try things out',
      examples: ['countersign sandbox --write-kubeconfig sandbox.kubeconfig'],
      whenInterrupted: null,
      run: async (context, _args, flags) => {
        const { sandbox } = await import('./commands/sandbox-command.ts')
        const options = {
          port: flags.text('port'),
          writeKubeconfig: flags.text('write-kubeconfig'),
        }
        return sandbox(context, options, loadSandbox, interrupted)
      },
    },
    {
      name: 'completion',
      args: '<shell>',
      text: 'print a completion script for bash, zsh or fish',
      examples: [
        'source <(countersign completion bash)                       in ~/.bashrc',
        'source <(countersign completion zsh)                        in ~/.zshrc, after compinit',
        'countersign completion fish > ~/.config/fish/completions/countersign.fish',
      ],
      run: async (context, [shell = '']) => {
        const { completion } = await import('./commands/completion-command.ts')
        const commands = entries
          .filter(({ name }) => !HIDDEN_COMMANDS.has(name))
          .map(entry => ({ ...entry, flags: COMMAND_FLAGS[entry.name] }))
        return completion(context, shell, commands, COMMAND_GROUPS)
      },
    },
  ]
  return entries
}
