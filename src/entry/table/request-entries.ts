// Commands for requests: check, convert, plan, apply, and who has access.
import { usageFailure } from '../../domain/problem.ts'
import { entryOf } from '../command-entry.ts'
import { dashed } from '../flags/flag-values.ts'
import type { Switches } from '../flags/flag-values.ts'
import { REQUESTER, WATCH, setting, toggle } from '../flags/shared-flags.ts'

export const REQUEST_ENTRIES = [
  entryOf({
    name: 'validate',
    args: '[paths...]',
    text: 'report every problem in request files, policies and configuration',
    flags: [
      setting(
        'format',
        'FORMAT',
        'with -: format of standard input, yaml, json, cnf or pem (default: detected)',
      ),
    ],
    examples: [
      'countersign validate                               everything',
      'countersign validate requests/people               a folder or a file',
      'countersign import jane.csr --to - | countersign validate - --requests requests/people  standard input',
    ],
    run: async (...given) => (await import('../commands/validate-command.ts')).validate(...given),
  }),
  entryOf({
    name: 'import',
    args: '[files...]',
    text: 'convert request files of other formats to YAML, and report what became of each part',
    flags: [
      setting(
        'to',
        'FILE',
        'file to write, - for stdout, or FOLDER/ (default: next to the old file, or in the folder whose defaults fit)',
      ),
      setting('name', 'NAME', 'name of the request (default: the name in the file)'),
      toggle('adopt', 'take over Secrets that exist: write adopt: true for each Secret'),
      toggle('nodes', 'print a draft of the inventory of nodes from the Node objects of --cluster'),
    ],
    examples: [
      'countersign import deployer.cnf          writes deployer.yaml next to it',
      'countersign import jane.csr --to -       prints the YAML',
      'openssl req -in jane.csr | countersign import -  reads standard input',
      'countersign import old/ robots.pem       every request in a folder, and every CSR in a file',
      'countersign import --nodes > nodes/a.yaml   drafts an inventory from the nodes of a cluster',
    ],
    run: async (context, files, flags) => {
      if (flags.nodes !== (files.length === 0))
        throw usageFailure('name a file, or use --nodes', 'countersign import jane.csr')
      const ignored = (['to', 'name', 'adopt'] as const).find(name => flags.nodes && flags[name])
      if (ignored !== undefined)
        throw usageFailure(
          `--nodes cannot be combined with --${ignored}`,
          'it prints to stdout: countersign import --nodes > nodes/a.yaml',
        )
      if (flags.nodes)
        return (await import('../commands/import-nodes-command.ts')).importNodes(context)
      return (await import('../commands/import-command.ts')).importFiles(context, files, flags)
    },
  }),
  entryOf({
    name: 'plan',
    args: '[names...]',
    text: 'show what apply would do, and why; changes nothing',
    flags: [
      setting('base', 'REVISION', 'compare with the files of this commit; no cluster is contacted'),
      REQUESTER,
    ],
    examples: [
      'countersign plan                         compares with the clusters',
      'countersign plan jane                    only this request',
      'countersign plan --base origin/main      compares with a commit; no cluster is contacted',
    ],
    run: async (...given) => (await import('../commands/plan-command.ts')).plan(...given),
  }),
  entryOf({
    name: 'apply',
    args: '[names...]',
    text: 'show the plan, ask once, then issue and store certificates',
    flags: [
      toggle('yes', 'do not ask; refused in CI'),
      setting(
        'max-issue',
        'NUMBER',
        'limit of certificates to issue or reissue; if more are due, none of them is made (default: limits.maxIssue)',
      ),
      REQUESTER,
      toggle(
        'prove',
        'pull mode: apply what code review approved on the default branch, with the login of this machine',
      ),
      setting('repository', 'OWNER/NAME', 'with --prove: the repository at GitHub'),
      setting(
        'branch',
        'NAME',
        'with --prove: name of the default branch; another name is refused',
      ),
      setting('trusted-config', 'SHA256', 'with --prove: digest of the configuration you trust'),
      setting('trusted-requests', 'SHA256', 'with --prove: digest of the adopted request files'),
      toggle(
        'comment',
        'with --prove: write the outcome, and certificates of own keys, as a comment on the pull request',
      ),
      setting(
        'token-env',
        'VARIABLE',
        'with --prove: environment variable with a read-only token (default GITHUB_TOKEN, then GH_TOKEN)',
      ),
    ],
    examples: [
      'countersign apply                        every request',
      'countersign apply jane deployer          only these two',
    ],
    whenInterrupted:
      'interrupted: finishing the requests in progress; press Ctrl-C again to stop at once',
    run: async (context, names, flags) => {
      checkApply(names, flags)
      return flags.prove
        ? (await import('../commands/apply-pull-mode.ts')).applyReviewed(context, flags)
        : (await import('../commands/apply-command.ts')).apply(context, names, flags)
    },
  }),
  entryOf({
    name: 'status',
    args: '[names...]',
    text: 'show who has access until when',
    flags: [
      setting('expiring', 'DURATION', 'only certificates that expire within this time, such as 7d'),
      setting('html', 'FILE', 'write a page for a browser to this file, - for stdout'),
      WATCH,
    ],
    formats: ['wide'],
    examples: [
      'countersign status',
      'countersign status jane                  only this request',
      'countersign status --expiring 7d         only certificates that expire within 7 days',
      'countersign status --watch               again every 5 seconds, until Ctrl-C',
      'countersign status -o wide               each certificate, and who approved it, serial and roles',
      'countersign status --html status.html    one page for a browser',
    ],
    run: async (...given) => (await import('../commands/status-command.ts')).status(...given),
  }),
]

const OF_PULL_MODE = [
  'repository',
  'branch',
  'trustedConfig',
  'trustedRequests',
  'comment',
  'tokenEnv',
] as const
const AT_TERMINAL = ['yes', 'maxIssue', 'requester'] as const

/** Throws RUN_USAGE for what one of both ways of apply would ignore. */
function checkApply(
  names: readonly string[],
  flags: Switches<'prove'> &
    Readonly<Record<(typeof OF_PULL_MODE | typeof AT_TERMINAL)[number], string | boolean | null>>,
): void {
  const { prove } = flags
  const other = (prove ? AT_TERMINAL : OF_PULL_MODE).find(
    name => flags[name] !== null && flags[name] !== false,
  )
  if (other !== undefined)
    throw usageFailure(
      prove
        ? `--prove cannot be combined with --${dashed(other)}`
        : `--${dashed(other)} needs --prove`,
      prove ? `leave --${dashed(other)} out` : 'add --prove',
    )
  if (prove && names.length > 0)
    throw usageFailure('--prove applies every request; it takes no names', 'leave the names out')
}
