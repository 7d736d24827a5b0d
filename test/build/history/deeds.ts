// The actions of people in a history, played on the double. What GitHub would refuse is thrown as its Refusal.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { Person } from '../../github-double/git/signatures.ts'
import { renameDefaultBranch } from '../../github-double/git/branches.ts'
import type { PullRequestState } from '../../github-double/state.ts'
import type { Deed, Push } from './history.ts'
import { Impossible } from './stage.ts'
import type { Stage } from './stage.ts'

type DeedOfPeople = Exclude<
  Deed,
  {
    kind: 'time' | 'trust' | 'trustRequests' | 'unreadable' | 'issue' | 'noGuard' | 'forge' | 'find'
  }
>

export function isOfPeople(deed: Deed): deed is DeedOfPeople {
  return ![
    'time',
    'trust',
    'trustRequests',
    'unreadable',
    'issue',
    'noGuard',
    'forge',
    'find',
  ].includes(deed.kind)
}

export function perform(stage: Stage, deed: DeedOfPeople): void {
  const { world, repository } = stage
  switch (deed.kind) {
    case 'push':
      return push(stage, deed)
    case 'pushMany':
      return pushMany(stage, deed)
    case 'pushVersions':
      return pushVersions(stage, deed)
    case 'pushWide':
      return pushWide(stage, deed)
    case 'moveTo':
      return put(stage, deed.by, deed.branch, stage.commit(deed.mark), true)
    case 'rebase':
      return done(
        world.rebaseBranch(openFrom(stage, deed.branch), stage.who(deed.by), {
          resolution: stage.files(deed.files),
        }),
      )
    case 'revert':
      return revert(stage, deed)
    case 'open':
      return open(stage, deed)
    case 'review':
      return done(
        world.review(
          stage.pull(deed.pull),
          stage.who(deed.by),
          deed.state,
          ...(deed.mark === null ? [] : [stage.commit(deed.mark)]),
        ),
      )
    case 'dismiss':
      return dismiss(stage, deed)
    case 'merge':
      return done(world.merge(stage.pull(deed.pull), stage.who(deed.by), deed.way))
    case 'mergeByHand':
      return done(
        world.mergeByHand(stage.pull(deed.pull), stage.who(deed.by), {
          resolution: stage.files(deed.files),
        }),
      )
    case 'mergeBase':
      return done(
        world.mergeBaseByHand(stage.pull(deed.pull), stage.who(deed.by), {
          resolution: stage.files(deed.files),
        }),
      )
    case 'queue':
      return world.queueMerge(
        deed.pulls.map(number => stage.pull(number)),
        stage.who(deed.by),
        'merge',
      )
    case 'updateBranch':
      return done(world.updateBranch(stage.pull(deed.pull), stage.who(deed.by)))
    case 'close':
      return world.close(stage.pull(deed.pull), stage.who(deed.by))
    case 'changeBase':
      return world.changeBase(stage.pull(deed.pull), stage.who(deed.by), deed.base)
    case 'deleteBranch': {
      const { repository: home, branch } = stage.branch(deed.branch)
      return world.deleteBranch(home, branch, stage.who(deed.by))
    }
    case 'deleteFork':
      return world.deleteRepository(stage.branch(`${deed.who}:main`).repository)
    case 'renameDefaultBranch':
      return renameDefaultBranch(repository, deed.name)
    case 'deleteAccount':
      return world.deleteAccount(stage.who(deed.who))
    case 'right':
      return stage.setRight(deed.who, deed.right)
    case 'team':
      return deed.isMember
        ? world.join(stage.team(deed.team), stage.who(deed.who))
        : world.leave(stage.team(deed.team), stage.who(deed.who))
    case 'rename':
      return world.rename(stage.who(deed.who), deed.login)
    case 'remember':
      return stage.remember(deed.mark, stage.commit(deed.ref))
    case 'collect':
      return world.garbageCollect(repository, stage.commit(deed.mark))
  }
}

function push(stage: Stage, deed: Push): void {
  const { branch, isForced, from, merging, files, authorship, by } = deed
  const goesOn = stage.has(branch) && !isForced
  const start = goesOn
    ? stage.tip(branch)
    : from === 'nothing'
      ? null
      : stage.commit(from ?? 'main')
  const { author, committer, coAuthors, onGitHub } = authorship
  const wrote = personOf(stage, author ?? by)
  const commit = stage.world.commit({
    parents: [start, merging === null ? null : stage.commit(merging)].filter(id => id !== null),
    files: stage.files(files),
    author: wrote,
    committer: onGitHub
      ? stage.who('web-flow')
      : committer === null
        ? wrote
        : personOf(stage, committer),
    coAuthors: coAuthors.map(each => personOf(stage, each)),
    signedByGitHub: onGitHub,
  })
  put(stage, by, branch, commit, isForced)
}

type Many = Extract<Deed, { kind: 'pushMany' | 'pushVersions' | 'pushWide' }>

/** The files in the first commit, followed by the number of commits in the sentence. */
function pushMany(stage: Stage, deed: Many): void {
  const { by, branch, count, files } = deed
  const author = stage.who(by)
  let parent: ObjectId = stage.has(branch) ? stage.tip(branch) : stage.commit('main')
  for (let n = 0; n < count; n++)
    parent = stage.world.commit({
      parents: [parent],
      files: n === 0 ? stage.files(files) : { 'NOTES.md': `${n}\n` },
      author,
    })
  put(stage, by, branch, parent, false)
}

/** A number of commits in one push: each writes the files, with its number in the last line. */
function pushVersions(stage: Stage, { by, branch, count, files }: Many): void {
  const author = stage.who(by)
  const texts = Object.entries(stage.files(files)).flatMap(([path, change]) =>
    change !== null && typeof change === 'string' ? [[path, change] as const] : [],
  )
  let parent: ObjectId = stage.has(branch) ? stage.tip(branch) : stage.commit('main')
  for (let n = 1; n <= count; n++)
    parent = stage.world.commit({
      parents: [parent],
      files: Object.fromEntries(texts.map(([path, text]) => [path, `${text}# version ${n}\n`])),
      author,
    })
  put(stage, by, branch, parent, false)
}

/** A number of files in one commit: those of the sentence, and pictures. */
function pushWide(stage: Stage, { by, branch, count, files }: Many): void {
  const said = Object.keys(files).length
  const others = Array.from({ length: count - said }, (_, n) => [`images/${n}.svg`, `${n}\n`])
  const commit = stage.world.commit({
    parents: [stage.has(branch) ? stage.tip(branch) : stage.commit('main')],
    files: { ...stage.files(files), ...Object.fromEntries(others) },
    author: stage.who(by),
  })
  put(stage, by, branch, commit, false)
}

function put(stage: Stage, by: string, said: string, commit: ObjectId, force: boolean): void {
  const { repository, branch } = stage.branch(said)
  stage.world.push({ actor: stage.who(by), repository, branch, commit, force })
}

function personOf(stage: Stage, said: string): Person {
  return said === 'nobody' ? null : stage.who(said)
}

function revert(stage: Stage, { by, pull, branch }: Extract<Deed, { kind: 'revert' }>): void {
  const { mergeCommit } = stage.pull(pull)
  if (mergeCommit === null) throw new Impossible(`#${pull} is not merged`)
  const author = stage.who(by)
  const files = stage.world.revertCommitFiles(mergeCommit)
  const commit = stage.world.commit({ parents: [stage.commit('main')], files, author })
  put(stage, by, branch, commit, false)
}

function open(stage: Stage, deed: Extract<Deed, { kind: 'open' }>): void {
  const { repository, branch } = stage.branch(deed.branch)
  const made = stage.world.openPullRequest({
    repository: stage.repository,
    actor: stage.who(deed.by),
    base: deed.base,
    branch,
    ...(repository === stage.repository ? {} : { from: repository }),
  })
  if (made.number !== deed.pull)
    throw new Impossible(`the pull request that ${deed.by} opened is #${made.number}`)
}

function dismiss(stage: Stage, deed: Extract<Deed, { kind: 'dismiss' }>): void {
  const { id } = stage.who(deed.reviewer)
  const pull = stage.pull(deed.pull)
  const given = pull.reviews.findLast(
    ({ authorId, state }) =>
      authorId === id && (state === 'APPROVED' || state === 'CHANGES_REQUESTED'),
  )
  if (given === undefined) throw new Impossible(`${deed.reviewer} has no review on #${deed.pull}`)
  stage.world.dismiss(pull, given, stage.who(deed.by))
}

function openFrom(stage: Stage, branch: string): PullRequestState {
  const found = stage.repository.pullRequests.find(
    pull => pull.headBranch === branch && pull.state === 'open',
  )
  if (found === undefined) throw new Impossible(`no pull request is open from ${branch}`)
  return found
}

/** Ignores the answer of GitHub. */
function done(..._answer: readonly unknown[]): void {}
