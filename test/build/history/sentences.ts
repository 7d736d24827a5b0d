// The sentences of histories in one table, which the reader and its errors use.
import { plain, push, withFiles } from './form.ts'
import type { Form } from './form.ts'
import type { Forgery, MergeWay, Right, Unreadable } from './history.ts'

const SECONDS: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3600, day: 86_400 }

export const FORMS: readonly Form[] = [
  push('{who} pushes to {branch}', false),
  push('{who} force-pushes {branch}', true),
  plain('{who} moves {branch} to {mark}', ([by, branch, mark]) => ({
    kind: 'moveTo',
    by,
    branch,
    mark,
  })),
  withFiles('{who} pushes {count} commits to {branch}', ([by, count, branch], files) => ({
    kind: 'pushMany',
    by,
    branch,
    count: Number(count),
    files,
  })),
  withFiles('{who} pushes {count} versions to {branch}', ([by, count, branch], files) => ({
    kind: 'pushVersions',
    by,
    branch,
    count: Number(count),
    files,
  })),
  withFiles('{who} pushes {count} files to {branch}', ([by, count, branch], files) => ({
    kind: 'pushWide',
    by,
    branch,
    count: Number(count),
    files,
  })),
  withFiles('{who} merges main into {pull} by hand', ([by, pull], files) => ({
    kind: 'mergeBase',
    by,
    pull: Number(pull),
    files,
  })),
  withFiles('{who} rebases {branch}', ([by, branch], files) => ({
    kind: 'rebase',
    by,
    branch,
    files,
  })),
  plain('{who} reverts {pull} on {branch}', ([by, pull, branch]) => ({
    kind: 'revert',
    by,
    pull: Number(pull),
    branch,
  })),
  plain('{who} opens {pull} from {branch}', ([by, pull, branch]) => ({
    kind: 'open',
    by,
    pull: Number(pull),
    branch,
    base: 'main',
  })),
  plain('{who} opens {pull} from {branch} into {branch}', ([by, pull, branch, base]) => ({
    kind: 'open',
    by,
    pull: Number(pull),
    branch,
    base,
  })),
  plain('{who} approves {pull}', ([by, pull]) => review(by, pull, 'APPROVED')),
  plain('{who} requests changes on {pull}', ([by, pull]) => review(by, pull, 'CHANGES_REQUESTED')),
  plain('{who} comments on {pull}', ([by, pull]) => review(by, pull, 'COMMENTED')),
  plain('{who} approves {mark} of {pull}', ([by, mark, pull]) => ({
    ...review(by, pull, 'APPROVED'),
    mark,
  })),
  plain('{who} dismisses the review of {who} on {pull}', ([by, reviewer, pull]) => ({
    kind: 'dismiss',
    by,
    reviewer,
    pull: Number(pull),
  })),
  withFiles('{who} merges {pull} by hand', ([by, pull], files) => ({
    kind: 'mergeByHand',
    by,
    pull: Number(pull),
    files,
  })),
  plain('{who} merges {pull} ({way})', ([by, pull, way]) => ({
    kind: 'merge',
    by,
    pull: Number(pull),
    way: way as MergeWay,
  })),
  plain('{who} queues {pull}', ([by, pull]) => ({ kind: 'queue', by, pulls: [Number(pull)] })),
  plain('{who} queues {pulls}', ([by, pulls]) => ({
    kind: 'queue',
    by,
    pulls: [...pulls.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
  })),
  plain('{who} updates the branch of {pull}', ([by, pull]) => ({
    kind: 'updateBranch',
    by,
    pull: Number(pull),
  })),
  plain('{who} closes {pull}', ([by, pull]) => ({ kind: 'close', by, pull: Number(pull) })),
  plain('{who} changes the base of {pull} to {branch}', ([by, pull, base]) => ({
    kind: 'changeBase',
    by,
    pull: Number(pull),
    base,
  })),
  plain('{who} deletes the branch {branch}', ([by, branch]) => ({
    kind: 'deleteBranch',
    by,
    branch,
  })),
  plain('the fork of {who} is deleted', ([who]) => ({ kind: 'deleteFork', who })),
  plain('the account of {who} is deleted', ([who]) => ({ kind: 'deleteAccount', who })),
  plain('{who} gets the right {right}', ([who, right]) => ({
    kind: 'right',
    who,
    right: right as Right | 'none',
  })),
  plain('{who} joins the team {team}', ([who, team]) => ({
    kind: 'team',
    who,
    team,
    isMember: true,
  })),
  plain('{who} leaves the team {team}', ([who, team]) => ({
    kind: 'team',
    who,
    team,
    isMember: false,
  })),
  plain('the default branch is renamed to {branch}', ([name]) => ({
    kind: 'renameDefaultBranch',
    name,
  })),
  plain('{who} takes the login {who}', ([who, login]) => ({ kind: 'rename', who, login })),
  plain('{time} pass', ([count, unit]) => ({
    kind: 'time',
    seconds: Number(count) * (SECONDS[unit.replace(/s$/, '')] ?? 0),
  })),
  plain('remember {branch} as {mark}', ([ref, mark]) => ({ kind: 'remember', ref, mark })),
  plain('the installation trusts {mark}', ([mark]) => ({ kind: 'trust', mark })),
  plain('the installation trusts the requests of {mark}', ([mark]) => ({
    kind: 'trustRequests',
    mark,
  })),
  plain('GitHub forgets {mark}', ([mark]) => ({ kind: 'collect', mark })),
  plain('{unreadable} cannot be read from now on', ([what]) => ({
    kind: 'unreadable',
    what: what as Unreadable,
  })),
  plain('countersign issues', () => ({ kind: 'issue' })),
  plain('the guard on records is gone', () => ({ kind: 'noGuard' })),
  plain('the record of {request} is forged: {forgery}', ([request, how]) => ({
    kind: 'forge',
    request,
    how: how as Forgery,
  })),
]

function review(by: string, pull: string, state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED') {
  return { kind: 'review', by, pull: Number(pull), state, mark: null } as const
}
