// Possible states of an attribute for one path. Lines are added from the strongest to the weakest, as git's attr.c does; macros are
// followed. A line that may or may not count adds a candidate and decides nothing.
import type { Assignment, AttributeLine, AttributeState } from './attribute-lines.ts'

/** One .gitattributes file. */
export interface ParsedAttributes {
  /** Folder of the file: `''` for the root, else with a slash at its end. */
  readonly prefix: string
  readonly lines: readonly AttributeLine[]
}

export interface Macro {
  readonly assignments: readonly Assignment[]
  readonly isCertain: boolean
}

export type Macros = ReadonlyMap<string, readonly Macro[]>

const NOWHERE = { start: 0, end: 0 }
const BINARY: Macro = {
  assignments: ['diff', 'merge', 'text'].map(name => ({ name, state: false, ...NOWHERE })),
  isCertain: true,
}

/**
 * Macros by name, with git's own `binary`. git reads macros from the file at the root only, and the later of two counts
 * (gitattributes(5)); here all are kept, and those of other files are uncertain.
 */
export function macrosOf(files: readonly ParsedAttributes[]): Macros {
  const macros = new Map<string, readonly Macro[]>([['binary', [BINARY]]])
  for (const { prefix, lines } of files)
    for (const { kind, name, assignments, isCertain } of lines) {
      if (kind !== 'macro' || name === null) continue
      const macro = { assignments, isCertain: isCertain && prefix === '' }
      macros.set(name, [...(macros.get(name) ?? []), macro])
    }
  return macros
}

/** A state that the attribute may have, and the line that gives it. */
export interface Candidate {
  readonly state: AttributeState
  readonly line: AttributeLine
  /** The assignment in the line: of the attribute itself, or of the macro that sets it. */
  readonly token: Assignment
  readonly isCertain: boolean
}

export class AttributeStates {
  readonly #macros: Macros
  readonly #candidates = new Map<string, Candidate[]>()
  readonly #decided = new Set<string>()

  constructor(macros: Macros) {
    this.#macros = macros
  }

  /** The candidates, strongest first; empty if no line sets the attribute. Only the last one can be certain. */
  of(name: string): readonly Candidate[] {
    return this.#candidates.get(name) ?? []
  }

  /** Adds a line that matches the path. Add stronger lines first. */
  add(line: AttributeLine, isCertain: boolean): void {
    for (const token of line.assignments.toReversed())
      this.#assign(token, { state: token.state, line, token, isCertain })
  }

  #assign({ name }: Assignment, candidate: Candidate): void {
    const { state, token, isCertain } = candidate
    if (this.#decided.has(name)) return
    const others = this.#candidates.get(name) ?? []
    // A macro that sets itself, directly or by others, adds nothing the second time.
    const isKnown = others.some(other => other.token === token && other.state === state)
    if (isKnown && !isCertain) return
    this.#candidates.set(name, [...others, candidate])
    if (isCertain) this.#decided.add(name)
    if (state !== true) return
    const macros = this.#macros.get(name) ?? []
    // If a stronger line may have undone the macro, the attributes that it sets are uncertain too.
    const isFollowed = isCertain && others.length === 0 && macros.length === 1
    for (const macro of macros)
      for (const set of macro.assignments.toReversed())
        this.#assign(set, {
          ...candidate,
          state: set.state,
          isCertain: isFollowed && macro.isCertain,
        })
  }
}
