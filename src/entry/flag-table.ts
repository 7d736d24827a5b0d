// Every flag of the command line, in one table: --help and the README are held to it by a contract test.

export interface Flag {
  /** Long form without dashes. */
  readonly name: string
  readonly short?: string
  /** What the value is called in help; absent for a switch. */
  readonly value?: string
  readonly text: string
}

/** Flags every command takes. */
export const GLOBAL_FLAGS = [
  { name: 'config', value: 'FILE', text: 'the configuration (default countersign.yaml)' },
  {
    name: 'requests',
    value: 'FOLDER',
    text: "folder of the request files (default: the configuration's)",
  },
  { name: 'cluster', value: 'NAME', text: 'only this cluster of the configuration' },
  {
    name: 'kubeconfig',
    value: 'FILE',
    text: 'kubeconfig to log in with (default: as the configuration says; without auth $KUBECONFIG, then ~/.kube/config)',
  },
  { name: 'context', value: 'NAME', text: 'context of the kubeconfig' },
  { name: 'output', short: 'o', value: 'FORMAT', text: 'text, json or yaml (default text)' },
  { name: 'verbose', text: 'also show the causes of failures' },
  { name: 'no-color', text: 'no colour; NO_COLOR does the same' },
] as const satisfies readonly Flag[]

const REPOSITORY = {
  name: 'repository',
  value: 'OWNER/NAME',
  text: 'the repository at GitHub (default: the origin of this checkout)',
} as const satisfies Flag
const TOKEN_ENV = {
  name: 'token-env',
  value: 'VARIABLE',
  text: 'variable that holds the token (default GITHUB_TOKEN, then GH_TOKEN)',
} as const satisfies Flag
const REQUESTER = {
  name: 'requester',
  value: 'LOGIN',
  text: 'who asks, as in people of the configuration',
} as const satisfies Flag

/** Flags of single commands. */
export const COMMAND_FLAGS = {
  init: [
    REPOSITORY,
    {
      name: 'owners',
      value: 'LOGINS',
      text: 'who answers for the configuration, separated by commas; LOGIN=ID where the id is known',
    },
    TOKEN_ENV,
  ],
  new: [
    {
      name: 'own-key',
      text: 'make the key here and now: the certificate is for a key only you have',
    },
    {
      name: 'key',
      value: 'FILE',
      text: 'with --own-key: where the key goes (default ~/.countersign/NAME.key)',
    },
    { name: 'group', value: 'GROUPS', text: 'groups the certificate is for, separated by commas' },
    {
      name: 'duration',
      value: 'DURATION',
      text: "how long it shall be good, for example 24h (default: the configuration's)",
    },
    REQUESTER,
  ],
  doctor: [
    REPOSITORY,
    {
      name: 'environment',
      value: 'NAME',
      text: 'the environment that holds the credential (default countersign)',
    },
    {
      name: 'approvers',
      value: 'NAMES',
      text: 'the users that manifests guard was given with --approvers',
    },
    TOKEN_ENV,
  ],
  import: [
    {
      name: 'to',
      value: 'FILE',
      text: 'where the new file goes, - to print it (default: beside the old one, or below requests)',
    },
    { name: 'name', value: 'NAME', text: 'what to call the request (default: as the file does)' },
  ],
  validate: [],
  plan: [
    {
      name: 'base',
      value: 'REVISION',
      text: 'compare with the files of this commit instead of the clusters',
    },
  ],
  apply: [
    { name: 'yes', text: 'do not ask; for scripts at a terminal, refused in CI' },
    {
      name: 'max-issue',
      value: 'NUMBER',
      text: 'issue up to this many in this run, instead of limits.maxIssue',
    },
    REQUESTER,
    {
      name: 'prove',
      text: 'pull mode: apply what code review approved on the default branch, with this login',
    },
    { name: 'repository', value: 'OWNER/NAME', text: 'with --prove: the repository at GitHub' },
    { name: 'branch', value: 'NAME', text: 'with --prove: the default branch, as a check' },
    {
      name: 'trusted-config',
      value: 'SHA256',
      text: 'with --prove: digest that the configuration has to lead back to',
    },
    {
      name: 'trusted-requests',
      value: 'SHA256',
      text: 'with --prove: digest of the request files that their owners read at adoption',
    },
    {
      name: 'token-env',
      value: 'VARIABLE',
      text: 'with --prove: variable that holds a read-only token (default GITHUB_TOKEN)',
    },
  ],
  policy: [REQUESTER],
  status: [
    {
      name: 'expiring',
      value: 'DURATION',
      text: 'only what expires within this time, for example 7d',
    },
  ],
  prove: [
    REPOSITORY,
    {
      name: 'commit',
      value: 'SHA',
      text: 'commit to look at (default: the newest of the default branch)',
    },
    {
      name: 'trusted-config',
      value: 'SHA256',
      text: 'digest that the configuration has to lead back to (default: it is taken as it is)',
    },
    {
      name: 'trusted-requests',
      value: 'SHA256',
      text: 'digest of the request files that their owners read at adoption (default: none)',
    },
    TOKEN_ENV,
    {
      name: 'evidence',
      value: 'FILE',
      text: 'check this evidence against the checkout, without asking GitHub',
    },
  ],
  csr: [
    { name: 'yes', text: 'approve, deny, delete: do not ask; in CI approve and deny are refused' },
    { name: 'reason', value: 'WORD', text: 'approve, deny: one word for the condition' },
    { name: 'message', value: 'TEXT', text: 'approve, deny: why, in a sentence' },
    { name: 'request', text: 'get: the request instead of the certificate' },
  ],
  inspect: [
    {
      name: 'password-env',
      value: 'VARIABLE',
      text: 'variable that holds the password of a PKCS#12 keystore (default: none, as in artifacts and GitHub secrets)',
    },
  ],
  kubeconfig: [
    { name: 'key', value: 'FILE', text: 'the private key that the request was made with' },
    { name: 'pr', value: 'NUMBER', text: 'the pull request whose comment has the certificate' },
    { name: 'certificate', value: 'FILE', text: 'the certificate, instead of --pr' },
    { name: 'out', value: 'FILE', text: 'write it there, for you alone; nothing is overwritten' },
    REPOSITORY,
    TOKEN_ENV,
  ],
  sandbox: [
    { name: 'port', value: 'PORT', text: 'port on 127.0.0.1 (default: a free one)' },
    {
      name: 'write-kubeconfig',
      value: 'FILE',
      text: 'where the kubeconfig goes (default: a new temporary folder)',
    },
  ],
  manifests: [
    {
      name: 'user',
      value: 'NAME',
      text: 'the user who applies (default: a service account; rbac: countersign)',
    },
    { name: 'group', value: 'NAME', text: 'the group who applies, instead of a user' },
    {
      name: 'duration',
      value: 'DURATION',
      text: 'kubeconfig: how long its token shall live (default 90d; the API server may allow less)',
    },
    {
      name: 'approvers',
      value: 'NAMES',
      text: 'guard: users who may approve requests of these signers as well, separated by commas',
    },
    {
      name: 'with-bindings',
      text: 'rbac: with the right to list bindings, so that withdrawals say what a certificate is good for',
    },
  ],
} as const satisfies Readonly<Record<string, readonly Flag[]>>
