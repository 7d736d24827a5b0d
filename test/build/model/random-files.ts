// The files of a random push: usually one line of one request, sometimes more, or the content of a remembered commit. An edit starts
// from the present file, so that a diff shows only a part of it.
import type { Stage } from '../history/stage.ts'
import { CONFIG_PATH, usualFile } from '../history/usual-files.ts'
import type { SeededRandom } from './seeded-random.ts'
import {
  CONFIGURATION,
  EDITS,
  README,
  REFUSED,
  REQUESTS,
  TAKEOVER,
  OTHER_MEANING,
  editedWorkflow,
  VARIANTS,
  WORKFLOW,
} from './random-material.ts'
import type { Changes } from './random-material.ts'

export type RawFiles = Readonly<Record<string, unknown>>

const FOLDERS = ['requests/people/', 'requests/people/team/', 'drafts/']
const NAMES = REQUESTS.map(path => path.slice(path.lastIndexOf('/') + 1))

/** One of the remembered commits, rarely the first. */
export function randomMark(chance: SeededRandom, stage: Stage): string {
  const marks = [...stage.marks().keys()]
  return chance.of(marks.length > 1 && chance.is(0.85) ? marks.slice(1) : marks)
}

/** Files of one push. */
export class RandomFiles {
  readonly #chance: SeededRandom
  readonly #stage: Stage
  /** The changes behind each usual file, by its text. */
  readonly #written = new Map<string, Changes>()

  constructor(chance: SeededRandom, stage: Stage, given: RawFiles) {
    this.#chance = chance
    this.#stage = stage
    for (const [path] of CONFIGURATION) this.#write(path, {})
    for (const [path, changes] of Object.entries(given))
      if (typeof changes === 'object' && changes !== null) this.#write(path, { ...changes })
  }

  /** `configuration`: weight of a configuration change; a request has 12. `from`: the commit, mark or branch to edit. */
  next(from: string, configuration: number): RawFiles {
    const kind = this.#chance.weighted([
      [12, 'request'],
      [2, 'two'],
      [1.5, 'readme'],
      [configuration, 'configuration'],
      [configuration / 6, 'mixed'],
      [1, 'rename'],
    ])
    switch (kind) {
      case 'two':
        return { ...this.#request(from), ...this.#request(from) }
      case 'readme':
        return { 'README.md': this.#chance.of(README) }
      case 'configuration':
        return this.#configuration(from)
      case 'mixed':
        return { ...this.#request(from), ...this.#configuration(from) }
      case 'rename':
        return this.#rename(from)
      default:
        return this.#request(from)
    }
  }

  /** Pins of a workflow, rarely more. */
  ofBot(from = 'main'): RawFiles {
    return { [WORKFLOW]: editedWorkflow(this.#chance, this.#text(from, WORKFLOW)) }
  }

  /** Replaces the owner of the configuration. */
  takeover(from: string): RawFiles {
    return this.#withEdit(CONFIG_PATH, from, TAKEOVER)
  }

  /** Changes a default or the server. */
  otherMeaning(from: string): RawFiles {
    return this.#withEdit(CONFIG_PATH, from, this.#chance.of(OTHER_MEANING))
  }

  /** One edit of this file, or a new file. */
  edit(path: string, from: string): RawFiles {
    const text = this.#text(from, path)
    const before = this.#written.get(text ?? '')
    const edits = configurationEdits(path)
    if (edits.length > 0)
      return { [path]: this.#write(path, withEdit(before ?? {}, this.#chance.of(edits))) }
    if (before === undefined) return { [path]: this.#write(path, this.#chance.of(VARIANTS)) }
    const isTwice = this.#chance.is(0.15)
    return { [path]: this.#edited(path, before, this.#chance.weighted(EDITS), isTwice) }
  }

  /** An edit of the parts that differ from a mark, so that the diff shows them again; any edit if nothing differs. */
  over(path: string, mark: string, from: string): RawFiles {
    const [then, now] = [mark, from].map(ref => this.#written.get(this.#text(ref, path) ?? ''))
    if (then === undefined || now === undefined) return this.edit(path, from)
    const own = configurationEdits(path)
    const all = own.length > 0 ? own : EDITS.map(([, edit]) => edit)
    const isOther = (one: unknown, other: unknown): boolean =>
      JSON.stringify(one ?? null) !== JSON.stringify(other ?? null)
    const changed = Object.keys({ ...then, ...now }).filter(each => isOther(then[each], now[each]))
    const edits = changed.map(member =>
      all.filter(edit => member in edit && isOther(edit[member], now[member])),
    )
    if (!edits.some(each => each.length > 0)) return this.edit(path, from)
    const edited = edits
      .filter(each => each.length > 0)
      .reduce((changes, each) => withEdit(changes, this.#chance.of(each)), now)
    return { [path]: this.#write(path, edited) }
  }

  /** Removes one line of the file. */
  shortened(path: string, from: string): RawFiles {
    const before = this.#written.get(this.#text(from, path) ?? '')
    const gone = ['comment', 'top', 'duration'].filter(member => before?.[member] !== undefined)
    if (before === undefined || gone.length === 0) return this.edit(path, from)
    return { [path]: this.#write(path, withEdit(before, { [this.#chance.of(gone)]: null })) }
  }

  /** An edit that policies deny. */
  refused(path: string, from: string): RawFiles {
    const before = this.#written.get(this.#text(from, path) ?? '') ?? VARIANTS[0] ?? {}
    return { [path]: this.#write(path, withEdit(before, REFUSED)) }
  }

  /** A move from one folder of requests to another, with or without an edit. */
  renamed(path: string): RawFiles {
    const to = path.replace('people/', 'people/team/')
    if (this.#text('main', path) === null) return this.edit(path, 'main')
    return { [path]: 'removed', ...this.copied(path, to) }
  }

  /** The content of one path under another, with or without an edit. */
  copied(path: string, to: string): RawFiles {
    const before = this.#written.get(this.#text('main', path) ?? '')
    if (before === undefined || this.#chance.is(0.4)) return { [to]: `as at main in ${path}` }
    return { [to]: this.#edited(to, before, this.#chance.weighted(EDITS), false) }
  }

  #withEdit(path: string, from: string, edit: Changes): RawFiles {
    const before = this.#written.get(this.#text(from, path) ?? '') ?? {}
    return { [path]: this.#write(path, withEdit(before, edit)) }
  }

  #request(from: string): RawFiles {
    const inUse = this.#paths(from)
    const isOld = inUse.length > 0 && this.#chance.is(0.7)
    const path = this.#chance.of(isOld ? inUse : REQUESTS)
    return { [path]: this.#content(path, from) }
  }

  /** Request files of a commit. */
  #paths(from: string): readonly string[] {
    const all = FOLDERS.slice(0, 2).flatMap(folder => NAMES.map(name => `${folder}${name}`))
    return all.filter(path => this.#text(from, path) !== null)
  }

  #content(path: string, from: string): unknown {
    const chance = this.#chance
    const marked = chance.is(0.15) ? randomMark(chance, this.#stage) : null
    if (marked !== null && this.#text(marked, path) !== null) return `as at ${marked}`
    if (chance.is(0.06)) return 'removed'
    const before = this.#written.get(this.#text(from, path) ?? '')
    if (before === undefined || chance.is(0.08)) return this.#write(path, chance.of(VARIANTS))
    return this.#edited(path, before, chance.weighted(EDITS), chance.is(0.15))
  }

  #edited(path: string, before: Changes, edit: Changes, isTwice: boolean): Changes {
    const once = withEdit(before, edit)
    return this.#write(path, isTwice ? withEdit(once, this.#chance.weighted(EDITS)) : once)
  }

  #configuration(from: string): RawFiles {
    if (this.#chance.is(0.15)) return this.ofBot()
    const [path, edit] = this.#chance.of(CONFIGURATION)
    const marked = this.#chance.is(0.15) ? randomMark(this.#chance, this.#stage) : null
    if (marked !== null && this.#text(marked, path) !== null) return { [path]: `as at ${marked}` }
    return this.#withEdit(path, from, edit)
  }

  /** With or without an edit; within the folder of requests, out of it, or into it. */
  #rename(from: string): RawFiles {
    const known = FOLDERS.flatMap(folder => NAMES.map(name => `${folder}${name}`))
    const inUse = known.filter(path => this.#text(from, path) !== null)
    if (inUse.length === 0) return this.#request(from)
    const path = this.#chance.of(inUse)
    const name = path.slice(path.lastIndexOf('/') + 1)
    const to = `${this.#chance.of(FOLDERS.filter(folder => path !== `${folder}${name}`))}${name}`
    const before = this.#written.get(this.#text(from, path) ?? '')
    const isPure = before === undefined || to.startsWith('drafts/') || this.#chance.is(0.5)
    const content = isPure
      ? `as at ${from} in ${path}`
      : this.#edited(to, before, this.#chance.weighted(EDITS), false)
    return { [path]: 'removed', [to]: content }
  }

  #text(ref: string, path: string): string | null {
    const { world } = this.#stage
    // The remembered commit may not have the file.
    if (!this.#stage.marks().has(ref) && !this.#stage.has(ref)) return null
    const object = world.state.objects.get(world.blobAt(this.#stage.commit(ref), path) ?? '')
    return object?.kind === 'blob' ? Buffer.from(object.bytes).toString('utf8') : null
  }

  #write(path: string, changes: Changes): Changes {
    this.#written.set(usualFile(path, changes), changes)
    return changes
  }
}

/** Edits of configuration files; none for a request. */
function configurationEdits(path: string): readonly Changes[] {
  return CONFIGURATION.filter(([place]) => place === path).map(([, edit]) => edit)
}

function withEdit(before: Changes, edit: Changes): Changes {
  const all = Object.entries({ ...before, ...edit })
  return Object.fromEntries(all.filter(([, value]) => value !== null))
}
