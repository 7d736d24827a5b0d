// Commands that end, prove, list and explain access.
import { entryOf } from '../command-entry.ts'
import {
  APPROVERS,
  REPOSITORY,
  REQUESTER,
  TOKEN_ENV,
  setting,
  toggle,
} from '../flags/shared-flags.ts'

export const ACCESS_ENTRIES = [
  entryOf({
    name: 'revoke',
    args: '[names...]',
    text: 'end access at once: delete the bindings of requests or of a grant, and grant none again',
    flags: [
      setting(
        'login',
        'LOGIN',
        'revoke all requests that this GitHub login opened or contributed to, and open pull requests that withdraw them and take the login out of the configuration',
      ),
      setting(
        'grant',
        'GRANT',
        'revoke one grant, the group in one certificate; also without countersign:OWNER:',
      ),
      REPOSITORY,
      TOKEN_ENV,
      toggle('yes', 'do not ask; needed in CI'),
    ],
    examples: [
      'countersign revoke jane                  all access of a request, in every cluster',
      'countersign revoke --login jane --yes    a person who left: requests, and pull requests for the files',
      'countersign revoke --grant countersign:acme:abcdefghijklmnopqrst',
    ],
    run: async (...given) => (await import('../commands/revoke-command.ts')).revoke(...given),
  }),
  entryOf({
    name: 'emergency',
    args: '[name]',
    text: 'without the server of the repository: ask, as one of two people, for a request to be issued for a short time; without NAME, list asks',
    flags: [
      setting('for', 'DURATION', 'life of the certificate, at least 10m'),
      setting('reason', 'TEXT', 'why, for the record; the first person only'),
      toggle('yes', 'as the second person: do not ask'),
    ],
    examples: ['countersign emergency jane --for 1h --reason "GitHub is down, the API is broken"'],
    run: async (...given) =>
      (await import('../commands/emergency/emergency-command.ts')).emergency(...given),
  }),
  entryOf({
    name: 'restore',
    args: '',
    text: 'after a restored backup: revoke again what runs remember as revoked, and let runs work in the cluster again',
    flags: [APPROVERS, toggle('yes', 'do not ask; needed in CI')],
    examples: ['countersign restore --cluster prod'],
    run: async (...given) => (await import('../commands/restore-command.ts')).restore(...given),
  }),
  entryOf({
    name: 'prove',
    args: '[what]',
    text: 'show who approved a file or a certificate, and the rule that allowed it; changes nothing',
    flags: [
      REPOSITORY,
      setting('commit', 'SHA', 'commit to check (default: the head of the default branch)'),
      setting(
        'trusted-config',
        'SHA256',
        'digest of the configuration you trust (default: the configuration of the commit is trusted)',
      ),
      setting('trusted-requests', 'SHA256', 'digest of the adopted request files (default: none)'),
      TOKEN_ENV,
      setting(
        'evidence',
        'FILE',
        'check this evidence against the checkout; GitHub is not contacted',
      ),
      toggle('digests-only', 'with --output intoto: no names and logins, for public attestations'),
    ],
    formats: ['intoto'],
    examples: [
      'countersign prove jane                         the file of a request, by its name or path',
      'countersign prove 7e:d4:fb                     a certificate; also by file, SHA-256, grant',
      'countersign prove cert.pem -o intoto           for gh attestation verify',
      'countersign prove --evidence evidence.json     checks stored evidence without GitHub',
    ],
    run: async (...given) => (await import('../commands/prove/prove-command.ts')).prove(...given),
  }),
  entryOf({
    name: 'audit',
    args: '',
    text: 'show who has or had which access, what no approval covers, and who used what',
    flags: [
      setting(
        'at',
        'DATE',
        'only what was valid then, for example 2026-11-20 or 2026-11-20T15:00Z',
      ),
      setting(
        'who',
        'NAME',
        'only what this GitHub login requested or approved, or a request or user of this name has',
      ),
      setting(
        'log',
        'FILE',
        'audit log of the API server of --cluster, plain or gzip; - for stdin',
      ),
    ],
    formats: ['table', 'csv'],
    examples: [
      'countersign audit --at 2026-11-20              what was valid then',
      'countersign audit --who octo -o csv            what this person requested or approved',
      'countersign audit --log audit.log --cluster prod   compares with the log of the API server',
    ],
    run: async (...given) => (await import('../commands/audit-command.ts')).auditAccess(...given),
  }),
  entryOf({
    name: 'policy explain',
    args: '<request>',
    text: 'show what each policy says about a request, by its name or file',
    flags: [REQUESTER],
    examples: ['countersign policy explain jane'],
    run: async (...given) =>
      (await import('../commands/policy-command.ts')).policyExplain(...given),
  }),
  entryOf({
    name: 'policy draft',
    args: '<request>',
    text: 'print a policy that allows a request and others like it in its folder',
    flags: [],
    examples: ['countersign policy draft requests/robots/ci.yaml > policies/robots.yaml'],
    run: async (context, args) =>
      (await import('../commands/policy-command.ts')).policyDraftFor(context, args),
  }),
  entryOf({
    name: 'policy test',
    args: '',
    text: 'run the tests in policies/*.test.yaml, and report rules that no test covers',
    flags: [],
    examples: ['countersign policy test'],
    run: async context => (await import('../commands/policy-command.ts')).policyTest(context),
  }),
]
