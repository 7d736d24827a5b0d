// Which files of a first set-up a repository lacks. Existing files keep what they say: CODEOWNERS gets the lines that it lacks, and
// the workflow gets the pin of this version.
import { CODE_OWNERS_PLACES, parseCodeOwners } from '../../core/approval/reviews/code-owners.ts'
import type { CodeOwners } from '../../core/approval/reviews/code-owners.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'

export interface MissingFiles {
  /** Path → whole text. */
  readonly files: ReadonlyMap<string, string>
  /** One fact for each file that changes, or that cannot be changed. */
  readonly details: readonly string[]
}

/** Paths whose present text `missingFiles` needs. */
export function pathsToRead(wanted: ReadonlyMap<string, string>): readonly string[] {
  return [...new Set([...wanted.keys(), ...CODE_OWNERS_PLACES])]
}

/** `present`: path → text, without the paths that do not exist. */
export function missingFiles(
  present: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
): MissingFiles {
  const files = new Map<string, string>()
  const details: string[] = []
  const change = (path: string, text: string, detail: string): void => {
    files.set(path, text)
    details.push(detail)
  }
  for (const [path, text] of wanted) {
    const isOwners = path.split('/').at(-1) === 'CODEOWNERS'
    const place = (isOwners ? CODE_OWNERS_PLACES.find(each => present.has(each)) : null) ?? path
    const found = present.get(place)
    if (found === undefined) change(path, text, path)
    else if (isOwners) {
      const parsed = parseCodeOwners(place, found)
      const lines = parsed.ok ? lacking(parsed.value, text) : []
      if (lines.length > 0)
        change(place, withLines(found, lines), `${place}: ${lines.length} more lines`)
      if (!parsed.ok) details.push(`${place} is not changed, because ${parsed.problems[0].message}`)
    } else if (path.startsWith('.github/workflows/')) {
      const pinned = withPin(found, text)
      if (pinned !== found) change(path, pinned, `${path}: the pin of countersign`)
    }
  }
  return { files, details }
}

/** Wanted lines whose pattern does not decide about the files that it names. */
function lacking({ rules }: CodeOwners, wanted: string): readonly string[] {
  return wanted.split('\n').filter(line => {
    const [pattern = ''] = line.split(/\s/)
    if (pattern === '' || pattern.startsWith('#')) return false
    const sample = `${pattern.replace(/^\//, '')}${pattern.endsWith('/') ? 'any' : ''}`
    return rules.findLast(({ globs }) => matchesAnyGlob(globs, sample))?.pattern !== pattern
  })
}

function withLines(text: string, lines: readonly string[]): string {
  const above = text === '' || text.endsWith('\n') ? text : `${text}\n`
  return `${above}${lines.join('\n')}\n`
}

const PIN = /countersign\/countersign@(?<ref>[\w./-]+)(?:[ \t]+#[ \t]*(?<version>v[\d.]+)[^\n]*)?/g
const PLACEHOLDER = /^0+$/

/** Replaces zeros and older versions. A pin without a version, or of a newer one, was chosen by somebody and stays. */
function withPin(found: string, wanted: string): string {
  const pin = [...wanted.matchAll(PIN)][0]
  const { ref = '', version = '' } = pin?.groups ?? {}
  if (pin === undefined || PLACEHOLDER.test(ref)) return found
  return found.replaceAll(PIN, (whole: string, oldRef: string, comment?: string) => {
    const oldVersion = comment ?? (/^v[\d.]+$/.test(oldRef) ? oldRef : null)
    const isOlder = oldVersion !== null && isBefore(oldVersion, version)
    return PLACEHOLDER.test(oldRef) || isOlder ? pin[0] : whole
  })
}

function isBefore(one: string, other: string): boolean {
  const [left, right] = [one, other].map(text => text.slice(1).split('.').map(Number))
  const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1
  return at !== -1 && (left?.[at] ?? 0) < (right?.[at] ?? 0)
}
