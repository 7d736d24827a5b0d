// One history on a real Gitea server: its repository, and branches, marks and files by the names in its sentences.
import { join } from 'node:path'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import type { Scene } from '../../build/history/countersign.ts'
import type { Content, FileChanges, Given, Right } from '../../build/history/history.ts'
import { ROLES, TEAM_IDS } from '../../build/history/people.ts'
import { usualFile, usualFiles } from '../../build/history/usual-files.ts'
import { GiteaWorld, signatureOf } from '../gitea-world.ts'
import type { MadeFile, MadeFiles, Signature } from '../git-work.ts'
import type { GiteaServer } from '../start.mjs'
import { GITEA_ROLES, ORGANIZATION } from './gitea-people.ts'

/** Gitea has no rights between these three. */
const RIGHTS = { admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read' }
const SCOPES = ['read:repository', 'read:issue', 'read:user', 'read:organization']

export class GiteaScene implements Scene {
  readonly world: GiteaWorld
  readonly #folder: string
  readonly #marks = new Map<string, ObjectId>()
  readonly #logins = new Map<string, string>()
  readonly #tips = new Map<string, ObjectId>()
  #reader: ReviewedRepository | null = null

  constructor(server: GiteaServer, name: string, folder: string) {
    this.#folder = folder
    this.world = new GiteaWorld(server, `${ORGANIZATION}/${name}`, join(folder, name))
  }

  /** `isAlone`: no other history uses the server, so its teams are those of this one. */
  async begin({ files, rights, teams, visibility }: Given, isAlone: boolean): Promise<void> {
    const { world } = this
    await world.work.create()
    const [, name] = world.repository.split('/')
    await world.api(null, 'POST', `/orgs/${ORGANIZATION}/repos`, {
      name,
      private: visibility === 'private',
      default_branch: 'main',
    })
    for (const [login, { right }] of GITEA_ROLES) await this.setRight(login, rights[login] ?? right)
    for (const slug of isAlone ? Object.keys(TEAM_IDS) : [])
      for (const [login] of GITEA_ROLES)
        await this.setMember(slug, login, teams[slug]?.includes(login) === true)
    const commit = await world.commit({
      parents: [],
      files: { ...usualFiles(), ...(await this.files(files)) },
      author: signatureOf('owner'),
    })
    await this.push('owner', 'main', commit)
    this.remember('start', commit)
    await world.nextSecond()
  }

  /** Reads with the rights of an administrator of the server, who sees what accounts hide. */
  async repository(): Promise<ReviewedRepository> {
    const { url } = this.world.server
    this.#reader ??= giteaRepository(
      {
        url,
        token: new Secret(await this.world.token(null, SCOPES)),
        version: '0.0.0',
        repository: this.world.repository,
        folder: this.#folder,
      },
      systemClock,
      () => 0.5,
    )
    return this.#reader
  }

  now = (): Date => new Date()

  /** The commit of a mark, or of a branch. */
  commit = (ref: string): ObjectId => {
    const found = this.#marks.get(ref) ?? this.#tips.get(ref)
    if (found === undefined) throw new Error(`there is no ${ref}`)
    return found
  }

  objectAt = (commit: ObjectId, path: string): Promise<ObjectId | null> =>
    this.world.work.object(`${commit}:${path}`)

  forged = (): never => {
    throw new Error('records are not forged here')
  }

  has(branch: string): boolean {
    return this.#tips.has(branch)
  }

  remember(mark: string, commit: ObjectId): void {
    this.#marks.set(mark, commit)
  }

  login(role: string): string {
    return this.#logins.get(role) ?? role
  }

  signature(role: string): Signature {
    return role === 'nobody'
      ? { name: 'nobody', email: 'nobody@elsewhere.example.com' }
      : signatureOf(role)
  }

  async push(by: string, branch: string, commit: ObjectId, isForced = false): Promise<void> {
    await this.world.push(this.login(by), commit, branch, { isForced })
    if (commit === '') this.#tips.delete(branch)
    else this.#tips.set(branch, commit)
  }

  /** After a deed of the server: what it made. */
  async fetch(branch: string): Promise<void> {
    await this.world.work.fetch(this.world.address(null))
    const tip = await this.world.tip(branch)
    if (tip !== null) this.#tips.set(branch, tip)
  }

  async setRight(role: string, right: Right | 'none'): Promise<void> {
    const path = `/collaborators/${this.login(role)}`
    if (right !== 'none') await this.world.at(null, 'PUT', path, { permission: RIGHTS[right] })
    else if (ROLES[role]?.right !== 'none') await this.world.at(null, 'DELETE', path)
  }

  async setMember(slug: string, role: string, isMember: boolean): Promise<void> {
    const path = `/teams/${TEAM_IDS[slug]}/members/${this.login(role)}`
    await this.world.api(null, isMember ? 'PUT' : 'DELETE', path)
  }

  async rename(role: string, login: string): Promise<void> {
    const path = `/admin/users/${this.login(role)}/rename`
    await this.world.api(null, 'POST', path, { new_username: login })
    this.#logins.set(role, login)
  }

  /** Gives back the logins. One may have the login of another. */
  async end(): Promise<void> {
    const renamed = [...this.#logins.keys()]
    for (const role of renamed) await this.rename(role, `${role}-was-renamed`)
    for (const role of renamed) await this.rename(role, role)
  }

  async files(changes: FileChanges): Promise<MadeFiles> {
    const files: Record<string, MadeFile> = {}
    for (const [path, content] of Object.entries(changes))
      files[path] = await this.#file(path, content)
    return files
  }

  async #file(path: string, content: Content): Promise<MadeFile> {
    switch (content.kind) {
      case 'text':
        return { bytes: content.text, mode: content.mode }
      case 'usual': {
        const file = usualFile(path, content.changes)
        return file
      }
      case 'removed':
        return null
      case 'asAt': {
        const blob = await this.objectAt(this.commit(content.mark), content.path ?? path)
        return blob === null ? null : { blob, mode: '100644' }
      }
    }
  }
}
