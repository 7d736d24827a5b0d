// Links of a page to files at a commit, pull requests and the run. Only an address that countersign knows is a link: text of files is
// the label, as a code span, and never the address.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { code, mark, NOTHING } from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'

export interface PageLinks {
  /** Address of the repository for people: `https://github.com/owner/name`. */
  readonly repository: string
  /** Address of the run's page, null without a run. */
  readonly run: string | null
  /** Between the address and the number of a pull request; `pull` if absent. */
  readonly pulls?: string
  /** Number of the pull request, if the page is about one. */
  readonly pull?: number
}

/** The path as a link to the file at the commit, with its first line if one is given. Without `links` only the path. */
export function fileLink(
  path: string,
  { links, commit, line }: { links: PageLinks | null; commit: ObjectId; line?: number | undefined },
  label = path,
): Markdown {
  if (links === null) return code(label)
  const place = path.split('/').map(encoded).join('/')
  const at = line === undefined ? '' : `#L${line}`
  return linked(code(label), `${links.repository}/blob/${commit}/${place}${at}`)
}

export function commitLink(commit: ObjectId, links: PageLinks | null): Markdown {
  const short = code(commit.slice(0, 7))
  return links === null ? short : linked(short, `${links.repository}/commit/${commit}`)
}

/** Null if there is no page of a run. */
export function runLink(links: PageLinks | null): Markdown | null {
  const run = links?.run ?? null
  return run === null ? null : linked(mark`run`, run)
}

/** Where the files are read and approved; nothing if the page is not about one pull request. */
export function filesLink(links: PageLinks | null): Markdown {
  if (links?.pull === undefined) return NOTHING
  return linked(mark`Files changed`, `${pullAddress(links, links.pull)}/files`)
}

export function pullAddress({ repository, pulls = 'pull' }: PageLinks, number: number): string {
  return `${repository}/${pulls}/${number}`
}

function linked(label: Markdown, address: string): Markdown {
  return mark`[${label}](${{ markdown: address }})`
}

/** A part of a path in an address. Parentheses would end the link. */
function encoded(part: string): string {
  return encodeURIComponent(part.replaceAll(/\p{Surrogate}/gu, '\u{fffd}')).replaceAll(
    /[!'()*~_]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
