// Every input and output of the action, in one table: tests hold action.yml and docs/reference/action.md to it.

export interface Input {
  readonly name: string
  readonly text: string
  readonly default: string
}

/** Inputs of the action. */
export const INPUTS = [
  {
    name: 'command',
    text: 'plan or apply; when empty, chosen from the workflow event (pull_request, pull_request_review and merge_group plan, others apply)',
    default: '',
  },
  {
    name: 'config',
    text: 'path of the configuration in the repository',
    default: 'countersign.yaml',
  },
  {
    name: 'token',
    text: 'token of the job; contents: read and pull-requests: read (write for comments), actions: read',
    default: '${{ github.token }}',
  },
  {
    name: 'app-token',
    text: 'token of a GitHub App; only for approvals by teams (Members: read) and GitHub secrets (Environments: write)',
    default: '',
  },
  {
    name: 'app-id',
    text: 'id of a GitHub App, in place of app-token; countersign makes its own tokens, each for one repository',
    default: '',
  },
  {
    name: 'app-private-key',
    text: 'private key of that App in PEM, from a secret of the environment',
    default: '',
  },
  {
    name: 'trusted-config',
    text: 'sha256:… of the configuration that is trusted; countersign bootstrap writes it; needed to apply',
    default: '',
  },
  {
    name: 'trusted-requests',
    text: 'sha256:… of the request files that their owners read when countersign was adopted; changes since then have to be approved',
    default: '',
  },
  {
    name: 'comment',
    text: 'always or never; with always one comment on each pull request shows its state, from the plan to the certificates',
    default: 'always',
  },
  {
    name: 'fail-on',
    text: 'refused, waiting or never; with refused the job fails if a request is refused, with waiting also while an approval is missing',
    default: 'refused',
  },
  {
    name: 'page',
    text: 'never, artifact, pages or pages-of-private; unless it is never, apply writes the status page for a later step',
    default: 'never',
  },
] as const satisfies readonly Input[]

export interface Output {
  readonly name: string
  readonly text: string
}

/** Outputs of the action. */
export const OUTPUTS = [
  { name: 'result-path', text: 'file with the result as JSON' },
  {
    name: 'evidence-path',
    text: 'file with the evidence for the certificates of this run, as JSON',
  },
  {
    name: 'comment-url',
    text: 'address of the comment on the pull request, empty if there is none',
  },
  {
    name: 'plan-json',
    text: 'verdict of the plan as JSON: ready, needs-approval, refused or unchanged, and the state of each request',
  },
  { name: 'attestations', text: 'digest and predicate for actions/attest of each new certificate' },
  { name: 'page-path', text: 'file with the status page; not set without it' },
  { name: 'issued-count', text: 'certificates issued or to be issued' },
  { name: 'renewed-count', text: 'certificates renewed or to be renewed' },
  { name: 'blocked-count', text: 'requests that are refused or wait' },
  { name: 'failed-count', text: 'requests that failed' },
] as const satisfies readonly Output[]

export type InputName = (typeof INPUTS)[number]['name']
