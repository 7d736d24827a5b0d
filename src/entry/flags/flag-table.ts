// The flags of each command, in one table: --help, completion and docs/reference/commands.md are generated from it.
import type { Flag } from './global-flags.ts'
import { CONTROLLER_FLAGS, PROVE_FLAGS } from './proof-flags.ts'
import {
  APPROVERS,
  CERTIFICATE_ARTIFACT,
  CERTIFICATE_SECRET,
  ENVIRONMENT,
  GROUP,
  MESSAGE,
  OWNERS,
  OWN_KEY_FILE,
  REASON,
  REPOSITORY,
  REQUESTER,
  TOKEN_ENV,
  USER,
  WATCH,
  setting,
  toggle,
} from './shared-flags.ts'

/** Flags of single commands. */
export const COMMAND_FLAGS = {
  bootstrap: [
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
  init: [REPOSITORY, OWNERS, TOKEN_ENV],
  new: [
    toggle('own-key', 'create a private key on this machine; the certificate is issued for it'),
    setting('key', 'FILE', 'with --own-key: file for the key (default ~/.countersign/NAME.key)'),
    toggle(
      'rekey',
      'with --own-key: a new key for an existing request (lost laptop: revoke first if it has access)',
    ),
    setting('group', 'GROUPS', 'groups in the certificate, separated by commas'),
    setting(
      'access',
      'ACCESS',
      'what the holder may do: ROLE@NAMESPACE, or ROLE@* for the whole cluster (a ClusterRoleBinding), separated by commas',
    ),
    setting('duration', 'DURATION', 'lifetime, such as 24h (default: from the configuration)'),
    REQUESTER,
    toggle(
      'open',
      'open a pull request with the file; the token needs contents: write and pull-requests: write',
    ),
    REPOSITORY,
    TOKEN_ENV,
  ],
  doctor: [REPOSITORY, ENVIRONMENT, APPROVERS, TOKEN_ENV],
  import: [
    setting(
      'to',
      'FILE',
      'file to write, - for stdout (default: next to the old file, or in the folder of requests)',
    ),
    setting('name', 'NAME', 'name of the request (default: the name in the file)'),
    toggle('nodes', 'print a draft of the inventory of nodes from the Node objects of --cluster'),
  ],
  validate: [
    setting(
      'format',
      'FORMAT',
      'with -: format of standard input, yaml, json, cnf or pem (default: detected)',
    ),
  ],
  plan: [
    setting('base', 'REVISION', 'compare with the files of this commit; no cluster is contacted'),
  ],
  apply: [
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
    setting('branch', 'NAME', 'with --prove: name of the default branch; another name is refused'),
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
  revoke: [
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
  'policy explain': [REQUESTER],
  'policy test': [],
  status: [
    setting('expiring', 'DURATION', 'only certificates that expire within this time, such as 7d'),
    setting('html', 'FILE', 'write a page for a browser to this file, - for stdout'),
    WATCH,
  ],
  audit: [
    setting('at', 'DATE', 'only what worked then, for example 2026-11-20 or 2026-11-20T15:00Z'),
    setting('who', 'LOGIN', 'only what this GitHub login requested or approved, or is for'),
    setting('log', 'FILE', 'audit log of the API server of --cluster, plain or gzip; - for stdin'),
  ],
  prove: PROVE_FLAGS,
  controller: CONTROLLER_FLAGS,
  'csr list': [WATCH],
  'csr describe': [],
  'csr approve': [
    toggle('yes', 'do not ask; refused in CI and where a rule objects'),
    REASON,
    MESSAGE,
  ],
  'csr deny': [toggle('yes', 'do not ask; refused in CI'), REASON, MESSAGE],
  'csr get': [toggle('request', 'print the CSR instead of the certificate')],
  'csr delete': [toggle('yes', 'do not ask')],
  inspect: [
    setting(
      'password-env',
      'VARIABLE',
      'environment variable with the password of a PKCS#12 keystore (default: an empty password)',
    ),
  ],
  kubeconfig: [
    OWN_KEY_FILE,
    setting('pr', 'NUMBER', 'pull request with the certificate (default: the newest comment)'),
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
  credential: [OWN_KEY_FILE, CERTIFICATE_SECRET, CERTIFICATE_ARTIFACT, REPOSITORY, TOKEN_ENV],
  sandbox: [
    setting('port', 'PORT', 'port on 127.0.0.1 (default: a free one)'),
    setting('write-kubeconfig', 'FILE', 'file for the kubeconfig (default: a temporary one)'),
  ],
  completion: [],
  'manifests identity': [USER, GROUP],
  'manifests controller': [USER, GROUP],
  'manifests approver': [],
  'manifests chart-values': [APPROVERS],
  'manifests guard': [
    USER,
    GROUP,
    setting(
      'approvers',
      'NAMES',
      'other users who may approve requests of these signers, separated by commas',
    ),
  ],
  'manifests rbac': [
    USER,
    GROUP,
    toggle('with-bindings', 'add the right to list bindings, so that a withdrawal shows them'),
  ],
  'manifests kubeconfig': [
    setting('duration', 'DURATION', 'lifetime of the token (default 90d; the server may limit it)'),
  ],
  'manifests revoker': [
    setting('user', 'NAME', 'the user who revokes (default: a service account)'),
    setting('group', 'NAME', 'the group that revokes, instead of a user'),
  ],
  'manifests authorization': [setting('grant', 'GRANTS', 'grants to deny, separated by commas')],
  'manifests ruleset': [],
} as const satisfies Readonly<Record<string, readonly Flag[]>>

/** A command as it is typed: one word, or a group and one of its commands. */
export type CommandName = keyof typeof COMMAND_FLAGS

/** A command that programs run, and an alias of bootstrap --export. Help, completion and the documentation do not list them. */
export const HIDDEN_COMMANDS: ReadonlySet<string> = new Set<CommandName>(['credential', 'init'])
