// Material of random histories: people, contents of files, and starts of repositories.
import { CONFIG_PATH, POLICY_PATH, WORKFLOW_PATH } from '../history/usual-files.ts'
import type { SeededRandom } from './seeded-random.ts'

/** A step as in a history file: a sentence, or a sentence with files. */
export type RawDeed = string | Readonly<Record<string, unknown>>

export interface RawHistory {
  readonly given: Readonly<Record<string, unknown>>
  readonly steps: readonly RawDeed[]
}

export const BOT = 'helper[bot]'
export const PEOPLE = ['author', 'colleague', 'reviewer', 'owner', 'maintainer', BOT] as const
export const REVIEWERS = [
  'reviewer',
  'reviewer',
  'reviewer',
  'colleague',
  'colleague',
  'maintainer',
  'owner',
  'author',
  'robot',
  'reader',
  'helper[bot]',
] as const
export const OWNERS = ['owner', 'owner', 'owner', 'maintainer', 'maintainer', 'reviewer'] as const
export const REQUESTS = ['jane', 'mark', 'rose'].map(name => `requests/people/${name}.yaml`)

/** Changes to a usual file, by member; each replaces its previous value. */
export type Changes = Readonly<Record<string, unknown>>

/** So long that a change at one end does not show the other: the spec is between the first and the last lines. */
const LINES = 14

/** A new request. */
export const VARIANTS: readonly Changes[] = [
  { lines: LINES },
  { lines: LINES },
  { lines: LINES, subject: { organizations: ['viewers'] } },
  { lines: LINES, duration: '100h', comment: 'for the phone' },
  { lines: LINES, duration: '100h', top: 'asked for by hand' },
  { lines: LINES, duration: '100h', subject: { organizations: ['developers', 'viewers'] } },
  { lines: LINES, comment: 'for the laptop' },
  { lines: 0, comment: 'for the phone' },
  { lines: LINES, top: 'asked for by hand' },
  { lines: LINES, withdraw: true },
]

/** No policy allows this group. */
export const REFUSED: Changes = { subject: { organizations: ['admins'] } }

/** One edit of an existing request; null removes a member. Most are far from each other. */
export const EDITS: readonly (readonly [number, Changes])[] = [
  [3, { comment: 'for the laptop' }],
  [3, { comment: 'for the phone' }],
  [2, { top: 'asked for by hand' }],
  [2, { top: 'asked for by mail' }],
  [3, { subject: { organizations: ['viewers'] } }],
  [3, { subject: { organizations: ['developers'] } }],
  [0.8, REFUSED],
  [0.3, { duration: '24h' }],
  [1, { subject: { organizations: ['developers', 'viewers'] } }],
  [1.5, { duration: '100h' }],
  [2, { duration: null }],
  [1, { comment: null }],
  [1, { top: null }],
  [1, { reissue: 1 }],
  [1, { reissue: 2 }],
  [0.7, { lines: 20 }],
  [0.5, { lines: LINES }],
  [0.5, { withdraw: true }],
  [0.5, { withdraw: null }],
]

export const README = ['Certificates.\n', 'Certificates of acme, and how to ask for them.\n']

const SPEC = {
  signerName: 'kubernetes.io/kube-apiserver-client',
  usages: ['digital signature', 'client auth'],
  renewBefore: '72h',
  namespace: 'apps',
}
const APPROVAL = {
  configuration: { required: 1, users: [{ login: 'owner', id: 102 }] },
  requests: { required: 1 },
}
const BOTS = [{ login: BOT, id: 109 }]

/** Replaces the owner of the configuration. */
export const TAKEOVER: Changes = {
  approval: { ...APPROVAL, configuration: { users: ['maintainer'] } },
}

/** Configuration edits that change the certificate of a request, or its cluster. */
export const OTHER_MEANING: readonly Changes[] = [
  { defaults: [{ paths: ['requests/**'], spec: { ...SPEC, duration: '240h' } }] },
  { defaults: null },
  { clusters: { prod: { server: 'https://10.0.0.2:6443' } } },
  { clusters: { prod: { server: 'https://10.0.0.2:6443' } } },
  { clusters: null },
]

/** One edit of a configuration file; comment lines of a workflow are not pins. */
export const CONFIGURATION: readonly (readonly [path: string, edit: Changes])[] = [
  ...OTHER_MEANING.map(edit => [CONFIG_PATH, edit] as const),
  [CONFIG_PATH, { approval: { ...APPROVAL, requests: { required: 2 } } }],
  [CONFIG_PATH, TAKEOVER],
  [CONFIG_PATH, { approval: { ...APPROVAL, never: ['robot'] } }],
  [CONFIG_PATH, { approval: { ...APPROVAL, bots: BOTS } }],
  [CONFIG_PATH, { approval: null }],
  [CONFIG_PATH, { comment: 'of acme' }],
  [CONFIG_PATH, { top: 'of acme' }],
  [CONFIG_PATH, { top: 'of all of acme' }],
  [POLICY_PATH, { approvals: { users: ['reviewer', 'maintainer'] } }],
  [POLICY_PATH, { approvals: { teams: ['pki'] } }],
  [POLICY_PATH, { approvals: { required: 2 } }],
  [POLICY_PATH, { approvals: null }],
  [POLICY_PATH, { comment: 'of people' }],
  [POLICY_PATH, { top: 'of people' }],
  [POLICY_PATH, { top: 'of all people' }],
]

const PINNED = `on:\n  push: {branches: [main]}\njobs:\n  apply:\n    runs-on: ubuntu-latest\n    environment: countersign\n    steps:\n`

/** Pins of actions in two versions each, and a value that is no pin. */
export function workflow(checkout: string, countersign: string, step: string | null): string {
  const run = step === null ? '' : `    - run: ${step}\n`
  return `${PINNED}    - uses: actions/checkout@${checkout} # ${checkout}\n${run}    - uses: acme/countersign@${countersign}\n`
}

/** A workflow after a change by a bot or a person: usually other pins, rarely another command. */
export function editedWorkflow(chance: SeededRandom, before: string | null): string {
  const step = / run: (\S+)/.exec(before ?? '')?.[1] ?? null
  const other = chance.is(0.6) ? step : chance.of([null, 'deploy@v1', 'deploy@v2'])
  return workflow(chance.of(['v4', 'v5']), chance.of(['v1', 'v2']), other)
}

export const WORKFLOW = WORKFLOW_PATH

/** The start of a repository, usually the default. */
export function randomGiven(chance: SeededRandom): RawHistory['given'] {
  const step = chance.is(0.6) ? 'deploy@v1' : null
  const files: Record<string, unknown> = { [WORKFLOW]: workflow('v4', 'v1', step) }
  const approval = chance.weighted<Changes | null>([
    [14, null],
    [1.5, { strict: true }],
    [1, { requests: { required: 2 } }],
    [2, { never: ['robot'] }],
    [3, { maxAge: '10d' }],
    [7, { bots: BOTS }],
    [3, { bots: [{ login: 'other[bot]', id: 110 }] }],
  ])
  if (approval !== null) files[CONFIG_PATH] = { approval: { ...APPROVAL, ...approval } }
  if (chance.is(0.3))
    files[POLICY_PATH] = chance.of([
      { approvals: { users: ['reviewer', 'maintainer'] } },
      { approvals: { teams: ['pki'] } },
      { approvals: { required: 2 } },
    ])
  if (chance.is(0.25))
    for (const path of REQUESTS) if (chance.is(0.5)) files[path] = chance.of(VARIANTS)
  return {
    files,
    teams: { pki: ['reviewer', 'colleague'].filter(() => chance.is(0.7)) },
    commitIdMoves: chance.weighted([
      [3, 'never'],
      [2, 'patch-identical'],
      [1, 'always'],
    ]),
    visibility: 'public',
  }
}
