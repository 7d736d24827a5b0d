// What random histories are made of: people, contents of files, and how repositories start.
import type { Chance } from './chance.ts'

/** A deed as a history file has it: a sentence, or a sentence with files. */
export type RawDeed = string | Readonly<Record<string, unknown>>

export interface RawHistory {
  readonly given: Readonly<Record<string, unknown>>
  readonly steps: readonly RawDeed[]
}

export const PEOPLE = [
  'author',
  'colleague',
  'reviewer',
  'owner',
  'maintainer',
  'helper[bot]',
] as const
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
export const VARIANTS: readonly unknown[] = [
  'usual',
  'usual',
  { subject: { organizations: ['viewers'] } },
  { duration: '24h' },
  { comment: 'for the laptop' },
  { comment: 'for the phone' },
  { duration: '24h', comment: 'for the phone' },
  { withdraw: true },
]
export const README = ['Certificates.\n', 'Certificates of acme, and how to ask for them.\n']
const SPEC = {
  signerName: 'kubernetes.io/kube-apiserver-client',
  usages: ['digital signature', 'client auth'],
  renewBefore: '72h',
  namespace: 'apps',
}
export const CONFIGURATION: readonly (readonly [path: string, content: unknown])[] = [
  ['countersign.yaml', 'usual'],
  [
    'countersign.yaml',
    { defaults: [{ paths: ['requests/**'], spec: { ...SPEC, duration: '240h' } }] },
  ],
  ['countersign.yaml', { clusters: { prod: { server: 'https://10.0.0.2:6443' } } }],
  ['countersign.yaml', { clusters: { prod: { server: 'https://10.0.0.2:6443' } } }],
  ['countersign.yaml', { approval: { requests: { required: 2 } } }],
  ['countersign.yaml', { approval: { configuration: { users: ['maintainer'] } } }],
  ['countersign.yaml', { approval: { never: ['robot'] } }],
  ['policies/people.yaml', 'usual'],
  ['policies/people.yaml', { approvals: { users: ['reviewer', 'maintainer'] } }],
  ['policies/people.yaml', { approvals: { teams: ['pki'] } }],
  ['policies/people.yaml', { approvals: { required: 2 } }],
  ['.github/workflows/countersign.yaml', 'on: push\n'],
  ['.github/workflows/countersign.yaml', 'usual'],
]

/** How a repository starts; most as usual. */
export function randomGiven(chance: Chance): RawHistory['given'] {
  const files: Record<string, unknown> = {}
  if (chance.is(0.2))
    files['countersign.yaml'] = chance.of([
      { approval: { strict: true } },
      { approval: { requests: { required: 2 } } },
      { approval: { never: ['robot'] } },
      { approval: { maxAge: '10d' } },
    ])
  if (chance.is(0.3))
    files['policies/people.yaml'] = chance.of([
      { approvals: { users: ['reviewer', 'maintainer'] } },
      { approvals: { teams: ['pki'] } },
      { approvals: { required: 2 } },
    ])
  if (chance.is(0.06))
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
