// The flags of each command, in one table: --help, completion and the README are generated from it.
import type { Flag } from './global-flags.ts'

const REPOSITORY = {
  name: 'repository',
  value: 'OWNER/NAME',
  text: 'the repository at GitHub (default: the origin of this checkout)',
} as const satisfies Flag
const TOKEN_ENV = {
  name: 'token-env',
  value: 'VARIABLE',
  text: 'environment variable with the token (default GITHUB_TOKEN, then GH_TOKEN)',
} as const satisfies Flag
const REQUESTER = {
  name: 'requester',
  value: 'LOGIN',
  text: 'GitHub login of the requester, as listed under people in the configuration',
} as const satisfies Flag
const REASON = {
  name: 'reason',
  value: 'WORD',
  text: 'reason of the condition, one word',
} as const satisfies Flag
const MESSAGE = {
  name: 'message',
  value: 'TEXT',
  text: 'message of the condition, for example why',
} as const satisfies Flag
const WATCH = {
  name: 'watch',
  text: 'show it again every 5 seconds, until Ctrl-C',
} as const satisfies Flag
const USER = {
  name: 'user',
  value: 'NAME',
  text: 'the user who runs apply (default: a service account; for rbac: countersign)',
} as const satisfies Flag
const GROUP = {
  name: 'group',
  value: 'NAME',
  text: 'the group that runs apply, instead of a user',
} as const satisfies Flag

/** Flags of single commands. */
export const COMMAND_FLAGS = {
  init: [
    REPOSITORY,
    {
      name: 'owners',
      value: 'LOGINS',
      text: 'owners of the configuration, separated by commas; LOGIN=ID if the id is known',
    },
    TOKEN_ENV,
  ],
  new: [
    {
      name: 'own-key',
      text: 'create a private key on this machine; the certificate is issued for it',
    },
    {
      name: 'key',
      value: 'FILE',
      text: 'with --own-key: file for the key (default ~/.countersign/NAME.key)',
    },
    { name: 'group', value: 'GROUPS', text: 'groups in the certificate, separated by commas' },
    {
      name: 'duration',
      value: 'DURATION',
      text: 'certificate lifetime, for example 24h (default: from the configuration)',
    },
    REQUESTER,
  ],
  doctor: [
    REPOSITORY,
    {
      name: 'environment',
      value: 'NAME',
      text: 'GitHub environment with the cluster credential (default countersign)',
    },
    {
      name: 'approvers',
      value: 'NAMES',
      text: 'the same users as in manifests guard --approvers',
    },
    TOKEN_ENV,
  ],
  import: [
    {
      name: 'to',
      value: 'FILE',
      text: 'file to write, - for stdout (default: next to the old file, or in the folder of requests)',
    },
    { name: 'name', value: 'NAME', text: 'name of the request (default: the name in the file)' },
  ],
  validate: [
    {
      name: 'format',
      value: 'FORMAT',
      text: 'with -: format of standard input, yaml, json, cnf or pem (default: detected)',
    },
  ],
  plan: [
    {
      name: 'base',
      value: 'REVISION',
      text: 'compare with the files of this commit; no cluster is contacted',
    },
  ],
  apply: [
    { name: 'yes', text: 'do not ask; refused in CI' },
    {
      name: 'max-issue',
      value: 'NUMBER',
      text: 'issue at most this many in this run (default: limits.maxIssue)',
    },
    REQUESTER,
    {
      name: 'prove',
      text: 'pull mode: apply what code review approved on the default branch, with the login of this machine',
    },
    { name: 'repository', value: 'OWNER/NAME', text: 'with --prove: the repository at GitHub' },
    {
      name: 'branch',
      value: 'NAME',
      text: 'with --prove: name of the default branch; another name is refused',
    },
    {
      name: 'trusted-config',
      value: 'SHA256',
      text: 'with --prove: digest of the configuration you trust',
    },
    {
      name: 'trusted-requests',
      value: 'SHA256',
      text: 'with --prove: digest of the request files that were read at adoption',
    },
    {
      name: 'token-env',
      value: 'VARIABLE',
      text: 'with --prove: environment variable with a read-only token (default GITHUB_TOKEN, then GH_TOKEN)',
    },
  ],
  'policy explain': [REQUESTER],
  'policy test': [],
  status: [
    {
      name: 'expiring',
      value: 'DURATION',
      text: 'only certificates that expire within this time, for example 7d',
    },
    WATCH,
  ],
  prove: [
    REPOSITORY,
    {
      name: 'commit',
      value: 'SHA',
      text: 'commit to check (default: the head of the default branch)',
    },
    {
      name: 'trusted-config',
      value: 'SHA256',
      text: 'digest of the configuration you trust (default: the configuration of the commit is trusted)',
    },
    {
      name: 'trusted-requests',
      value: 'SHA256',
      text: 'digest of the request files that were read at adoption (default: none)',
    },
    TOKEN_ENV,
    {
      name: 'evidence',
      value: 'FILE',
      text: 'check this evidence against the checkout; GitHub is not contacted',
    },
  ],
  'csr list': [WATCH],
  'csr describe': [],
  'csr approve': [
    { name: 'yes', text: 'do not ask; refused in CI and where a rule objects' },
    REASON,
    MESSAGE,
  ],
  'csr deny': [{ name: 'yes', text: 'do not ask; refused in CI' }, REASON, MESSAGE],
  'csr get': [{ name: 'request', text: 'print the CSR instead of the certificate' }],
  'csr delete': [{ name: 'yes', text: 'do not ask' }],
  inspect: [
    {
      name: 'password-env',
      value: 'VARIABLE',
      text: 'environment variable with the password of a PKCS#12 keystore (default: an empty password)',
    },
  ],
  kubeconfig: [
    { name: 'key', value: 'FILE', text: 'file with the private key of the request' },
    {
      name: 'pr',
      value: 'NUMBER',
      text: 'number of the pull request with the certificate in a comment',
    },
    { name: 'certificate', value: 'FILE', text: 'file with the certificate, instead of --pr' },
    {
      name: 'out',
      value: 'FILE',
      text: 'file to write with mode 0600; an existing file is not overwritten',
    },
    REPOSITORY,
    TOKEN_ENV,
  ],
  sandbox: [
    { name: 'port', value: 'PORT', text: 'port on 127.0.0.1 (default: a free one)' },
    {
      name: 'write-kubeconfig',
      value: 'FILE',
      text: 'file for the kubeconfig (default: in a new temporary folder)',
    },
  ],
  completion: [],
  'manifests identity': [USER, GROUP],
  'manifests guard': [
    USER,
    GROUP,
    {
      name: 'approvers',
      value: 'NAMES',
      text: 'other users who may approve requests of these signers, separated by commas',
    },
  ],
  'manifests rbac': [
    USER,
    GROUP,
    {
      name: 'with-bindings',
      text: 'add the right to list bindings, so that a withdrawal shows which of them name the user',
    },
  ],
  'manifests kubeconfig': [
    {
      name: 'duration',
      value: 'DURATION',
      text: 'lifetime of the token (default 90d; the API server may allow less)',
    },
  ],
  'manifests ruleset': [],
} as const satisfies Readonly<Record<string, readonly Flag[]>>

/** A command as it is typed: one word, or a group and one of its commands. */
export type CommandName = keyof typeof COMMAND_FLAGS
