// Commands that print and check what countersign needs in a cluster and at GitHub.
import { TOKEN_DAYS } from '../../domain/cluster/installation.ts'
import { entryOf } from '../command-entry.ts'
import type { CommandEntry } from '../command-entry.ts'
import type { PrintedManifests } from '../commands/manifests-command.ts'
import {
  APPROVERS,
  ENVIRONMENT,
  GROUP,
  REPOSITORY,
  TOKEN_ENV,
  USER,
  setting,
  toggle,
} from '../flags/shared-flags.ts'

export const INSTALLATION_ENTRIES = [
  entryOf({
    name: 'manifests identity',
    args: '',
    text: 'print a service account, a namespace and the rights that the policies need',
    flags: [USER, GROUP],
    examples: ['countersign manifests identity --cluster prod | kubectl apply -f -'],
    run: manifests('identity'),
  }),
  entryOf({
    name: 'manifests controller',
    args: '',
    text: 'print the rights that the controller needs in addition to those of manifests identity',
    flags: [USER, GROUP],
    examples: ['countersign manifests controller --cluster prod | kubectl apply -f -'],
    run: manifests('controller'),
  }),
  entryOf({
    name: 'manifests approver',
    args: '',
    text: 'print a service account that approves pending requests of others, and the rights for it',
    flags: [],
    examples: ['countersign manifests approver --cluster prod | kubectl apply -f -'],
    run: manifests('approver'),
  }),
  entryOf({
    name: 'manifests chart-values',
    args: '',
    text: 'print values of the Helm chart: names, signers, and the manifests of controller, approver and guard',
    flags: [APPROVERS],
    examples: ['countersign manifests chart-values --cluster prod > values.yaml'],
    run: manifests('chart-values'),
  }),
  entryOf({
    name: 'manifests guard',
    args: '',
    text: 'print admission policies: only countersign approves for the configured signers',
    flags: [
      USER,
      GROUP,
      setting(
        'approvers',
        'NAMES',
        'other users who may approve requests of these signers, separated by commas',
      ),
      toggle(
        'static',
        'print them for a file of the API server, which no administrator can delete',
      ),
    ],
    examples: [
      'countersign manifests guard --cluster prod | kubectl apply -f -',
      'countersign manifests guard --cluster prod --approvers octo,hubot | kubectl apply -f -',
      'countersign manifests guard --cluster prod --static > countersign-guard.yaml',
    ],
    run: manifests('guard'),
  }),
  entryOf({
    name: 'manifests rbac',
    args: '',
    text: 'print the rights that the present request files need, and no others',
    flags: [
      USER,
      GROUP,
      toggle('with-bindings', 'add the right to list bindings, so that a withdrawal shows them'),
    ],
    examples: ['countersign manifests rbac --user ci | kubectl apply -f -'],
    run: manifests('rbac'),
  }),
  entryOf({
    name: 'manifests revoker',
    args: '',
    text: 'print the rights that countersign revoke needs, and no others',
    flags: [
      setting('user', 'NAME', 'the user who revokes (default: a service account)'),
      setting('group', 'NAME', 'the group that revokes, instead of a user'),
    ],
    examples: ['countersign manifests revoker --cluster prod | kubectl apply -f -'],
    run: manifests('revoker'),
  }),
  entryOf({
    name: 'manifests authorization',
    args: '',
    text: 'print a configuration for API servers of your own that denies every request of a grant or a user',
    flags: [
      setting('grant', 'GRANTS', 'grants to deny, separated by commas'),
      setting('user', 'NAME', 'a user to deny, whose certificate has no grant'),
    ],
    examples: ['countersign manifests authorization --grant countersign:acme:abcdefghijklmnopqrst'],
    run: manifests('authorization'),
  }),
  entryOf({
    name: 'manifests trust-bundle',
    args: '',
    text: 'print the CAs of the signers as ClusterTrustBundles, which pods mount (Kubernetes 1.37)',
    flags: [],
    examples: ['countersign manifests trust-bundle --cluster prod | kubectl apply -f -'],
    run: manifests('trust-bundle'),
  }),
  entryOf({
    name: 'manifests kubeconfig',
    args: '',
    text: 'print a kubeconfig with a token of the service account; contains a secret, so it must be piped',
    flags: [
      setting(
        'duration',
        'DURATION',
        `lifetime of the token (default ${TOKEN_DAYS}d; the server may limit it)`,
      ),
    ],
    examples: [
      'countersign manifests kubeconfig --cluster prod | gh secret set KUBECONFIG_PROD --env countersign',
    ],
    run: manifests('kubeconfig'),
  }),
  entryOf({
    name: 'manifests ruleset',
    args: '',
    text: 'print the ruleset for the default branch at GitHub',
    flags: [],
    examples: [
      'countersign manifests ruleset | gh api -X POST repos/acme/certs/rulesets --input -',
    ],
    run: manifests('ruleset'),
  }),
  entryOf({
    name: 'doctor',
    args: '',
    text: 'check the settings at GitHub or Gitea, cluster permissions and the admission guard',
    flags: [REPOSITORY, ENVIRONMENT, APPROVERS, TOKEN_ENV],
    examples: [
      'GITHUB_TOKEN="$(gh auth token)" countersign doctor',
      'countersign doctor --cluster prod',
    ],
    run: async (...given) => (await import('../commands/doctor-command.ts')).doctor(...given),
  }),
]

function manifests(kind: PrintedManifests): CommandEntry['run'] {
  return async (context, _args, flags) =>
    (await import('../commands/manifests-command.ts')).manifests(context, kind, flags)
}
