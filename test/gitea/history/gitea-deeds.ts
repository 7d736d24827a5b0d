// The actions of people in a history, done at a real Gitea server with git and the API. What Gitea refuses is thrown as GiteaRefused.
import { z } from 'zod'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { Deed, Push } from '../../build/history/history.ts'
import type { MadeFiles } from '../git-work.ts'
import type { GiteaScene } from './gitea-scene.ts'

const EVENTS = { APPROVED: 'APPROVED', CHANGES_REQUESTED: 'REQUEST_CHANGES', COMMENTED: 'COMMENT' }
const REVIEWS = z.array(
  z.object({ id: z.number(), state: z.string(), user: z.object({ login: z.string() }) }),
)
const PULL = z.object({
  number: z.number(),
  state: z.string(),
  base: z.object({ ref: z.string() }),
  head: z.object({ label: z.string() }),
  merge_commit_sha: z.string().nullish(),
})

/** A deed that this player does not know. */
export class NotKnown extends Error {}

export async function performAtGitea(scene: GiteaScene, deed: Deed): Promise<void> {
  const { world } = scene
  switch (deed.kind) {
    case 'push':
      return push(scene, deed)
    case 'pushMany':
    case 'pushVersions':
    case 'pushWide':
      return pushSeveral(scene, deed)
    case 'moveTo':
      return scene.push(deed.by, deed.branch, scene.commit(deed.mark), true)
    case 'revert': {
      const merge = (await pull(scene, deed.pull)).merge_commit_sha ?? ''
      const files = await world.work.undoing(`${merge}^1`, merge)
      return commitTo(scene, deed.by, deed.branch, [scene.commit('main')], files)
    }
    case 'open': {
      const body = { title: deed.branch, head: deed.branch, base: deed.base }
      const made = PULL.parse(await world.at(scene.login(deed.by), 'POST', '/pulls', body))
      if (made.number !== deed.pull) throw new Error(`it is #${made.number}`)
      return
    }
    case 'review': {
      const commit = deed.mark === null ? {} : { commit_id: scene.commit(deed.mark) }
      const body = { event: EVENTS[deed.state], body: 'read', ...commit }
      await world.at(scene.login(deed.by), 'POST', `/pulls/${deed.pull}/reviews`, body)
      return
    }
    case 'dismiss':
      return dismiss(scene, deed)
    case 'merge':
      return merge(scene, deed)
    case 'mergeBase': {
      const { base, head } = await pull(scene, deed.pull)
      const parents = [scene.commit(head.label), scene.commit(base.ref)]
      return mergeCommits(scene, deed.by, head.label, parents, deed.files)
    }
    case 'rebase':
      return rebase(scene, deed)
    case 'close':
      return edit(scene, deed.by, deed.pull, { state: 'closed' })
    case 'changeBase':
      return edit(scene, deed.by, deed.pull, { base: deed.base })
    case 'deleteBranch':
      return scene.push(deed.by, deed.branch, '')
    case 'right':
      return scene.setRight(deed.who, deed.right)
    case 'team':
      return scene.setMember(deed.team, deed.who, deed.isMember)
    case 'rename':
      return scene.rename(deed.who, deed.login)
    case 'remember':
      return scene.remember(deed.mark, scene.commit(deed.ref))
    default:
      throw new NotKnown(deed.kind)
  }
}

async function push(scene: GiteaScene, deed: Push): Promise<void> {
  const { branch, isForced, from, merging, files, authorship, by } = deed
  const goesOn = scene.has(branch) && !isForced
  const start = goesOn
    ? scene.commit(branch)
    : from === 'nothing'
      ? null
      : scene.commit(from ?? 'main')
  const parents = [start, merging === null ? null : scene.commit(merging)]
  const author = scene.signature(authorship.author ?? by)
  const commit = await scene.world.commit({
    parents: parents.filter(id => id !== null),
    files: await scene.files(files),
    author,
    committer: authorship.committer === null ? author : scene.signature(authorship.committer),
    coAuthors: authorship.coAuthors.map(each => scene.signature(each)),
  })
  await scene.push(by, branch, commit, isForced)
}

/** Several commits, or several files in one, in one push, as the double makes them. */
async function pushSeveral(
  scene: GiteaScene,
  deed: Extract<Deed, { kind: 'pushMany' | 'pushVersions' | 'pushWide' }>,
): Promise<void> {
  const files = await scene.files(deed.files)
  const first = scene.has(deed.branch) ? deed.branch : 'main'
  if (deed.kind === 'pushWide') {
    const others = Array.from({ length: deed.count - Object.keys(files).length }, (_, n) => [
      `images/${n}.svg`,
      `${n}\n`,
    ])
    const all = { ...files, ...Object.fromEntries(others) }
    return commitTo(scene, deed.by, deed.branch, [scene.commit(first)], all)
  }
  let parent = scene.commit(first)
  for (let n = 0; n < deed.count; n++) {
    const own = deed.kind === 'pushMany' ? (n === 0 ? files : { 'NOTES.md': `${n}\n` }) : {}
    const versions = Object.entries(files).flatMap(([path, file]) =>
      typeof file === 'string' ? [[path, `${file}# version ${n + 1}\n`]] : [],
    )
    parent = await scene.world.commit({
      parents: [parent],
      files: deed.kind === 'pushVersions' ? Object.fromEntries(versions) : own,
      author: scene.signature(deed.by),
    })
  }
  await scene.push(deed.by, deed.branch, parent)
}

async function commitTo(
  scene: GiteaScene,
  by: string,
  branch: string,
  parents: readonly ObjectId[],
  files: MadeFiles,
): Promise<void> {
  const commit = await scene.world.commit({ parents, files, author: scene.signature(by) })
  await scene.push(by, branch, commit)
}

async function mergeCommits(
  scene: GiteaScene,
  by: string,
  branch: string,
  parents: readonly ObjectId[],
  files: Parameters<GiteaScene['files']>[0],
): Promise<void> {
  const [one = '', other = ''] = parents
  const commit = await scene.world.commit({
    parents,
    tree: await scene.world.work.mergedTree(one, other),
    files: await scene.files(files),
    author: scene.signature(by),
  })
  await scene.push(by, branch, commit)
}

/** Authors are kept, the committer is the rebasing person. Merge commits disappear. */
async function rebase(
  scene: GiteaScene,
  { by, branch, files }: Extract<Deed, { kind: 'rebase' }>,
): Promise<void> {
  const { work } = scene.world
  const onto = scene.commit('main')
  const head = scene.commit(branch)
  const commits = await work.revisions(['--reverse', '--no-merges', `${onto}..${head}`])
  let parent = onto
  for (const [at, id] of commits.entries()) {
    const { parents, author, message } = await work.read(id)
    parent = await scene.world.commit({
      parents: [parent],
      tree: await work.mergedTreeFrom(parents[0] ?? '', parent, id),
      files: at === commits.length - 1 ? await scene.files(files) : {},
      author,
      committer: scene.signature(by),
      message,
    })
  }
  await scene.push(by, branch, parent, true)
}

async function dismiss(
  scene: GiteaScene,
  { by, reviewer, pull: number }: Extract<Deed, { kind: 'dismiss' }>,
): Promise<void> {
  const path = `/pulls/${number}/reviews`
  const reviews = REVIEWS.parse(await scene.world.at(null, 'GET', `${path}?limit=50`))
  const given = reviews.findLast(
    ({ user, state }) =>
      user.login === scene.login(reviewer) && (state === 'APPROVED' || state === 'REQUEST_CHANGES'),
  )
  const dismissal = `${path}/${given?.id ?? 0}/dismissals`
  await scene.world.at(scene.login(by), 'POST', dismissal, { message: 'no' })
}

async function merge(
  scene: GiteaScene,
  { by, pull: number, way }: Extract<Deed, { kind: 'merge' }>,
): Promise<void> {
  const { world } = scene
  const { base } = await pull(scene, number)
  const before = await world.newest(base.ref)
  await world.merge(scene.login(by), number, way)
  await world.recorded(world.repository, base.ref, before)
  await scene.fetch(base.ref)
}

async function edit(scene: GiteaScene, by: string, number: number, body: object): Promise<void> {
  await scene.world.at(scene.login(by), 'PATCH', `/pulls/${number}`, body)
}

async function pull(scene: GiteaScene, number: number) {
  return PULL.parse(await scene.world.at(null, 'GET', `/pulls/${number}`))
}
