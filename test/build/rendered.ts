// Markdown as GitHub shows it: rendered by an independent implementation of CommonMark and GFM, raw HTML included, then searched for
// text that GitHub would replace (mentions, references, commits, emoji).
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'

export interface Rendered {
  readonly html: string
  /** Text of the whole page, without tags. */
  readonly text: string
  /** Names of the elements, in order. */
  readonly tags: readonly string[]
  /** Text that GitHub would link or replace, and links to anywhere else than the repository; none is expected. */
  readonly linked: readonly string[]
  /** Addresses of the links to the repository. */
  readonly own: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** Elements that were closed wrongly or not at all. */
  readonly unbalanced: readonly string[]
  readonly comments: readonly string[]
}

const VOID = new Set(['br', 'hr', 'img', 'input'])
/** GitHub's filters skip text inside of these. */
const QUIET = new Set(['code', 'pre', 'a'])
/** Outside of code, GitHub turns each of these into a link, a mention or a picture. */
const LINKABLE = [
  /@[a-z\d]\S*/gi,
  /#\d+/g,
  /\bgh-\d+/gi,
  /\b[0-9a-f]{7,64}\b/gi,
  /\b(?:https?|ftp|mailto|xmpp):\S/gi,
  /\bwww\.\S/gi,
  /:[\w+-]+:/g,
  /\b(?!SHA-256\b)[A-Z]{2,10}-\d+/g,
  /\$\S+\$/g,
]
const OWN_LINK = /^<a href="(https:\/\/github\.example\.com\/acme\/certs\/[\w./%#-]*)">$/
const TOKEN = /<!--[\s\S]*?-->|<\/?[a-z][a-z\d]*(?:\s[^>]*)?>|[^<]+|</gi

export function rendered(markdown: string): Rendered {
  const html = micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  })
  return lookThrough(html)
}

/** Searches HTML of another renderer. */
export function lookThrough(html: string): Rendered {
  const [tags, linked, own, unbalanced, comments, open]: string[][] = [
    [],
    [],
    [],
    [],
    [],
    [],
  ] as never
  const rows: string[][] = []
  let text = ''
  for (const [token] of html.matchAll(TOKEN)) {
    if (token.startsWith('<!--')) {
      comments!.push(token)
      continue
    }
    const name = /^<\/?([a-z][a-z\d]*)/i.exec(token)?.[1]?.toLowerCase()
    if (name === undefined) {
      const words = decoded(token)
      text += words
      if (!open!.some(tag => QUIET.has(tag)))
        linked!.push(...LINKABLE.flatMap(pattern => words.match(pattern) ?? []))
      if (open!.includes('td') || open!.includes('th'))
        rows.at(-1)![rows.at(-1)!.length - 1] += words
    } else if (token.startsWith('</')) {
      if (open!.pop() !== name) unbalanced!.push(token)
    } else {
      tags!.push(name)
      if (name === 'a') {
        const address = OWN_LINK.exec(token)?.[1]
        if (address === undefined) linked!.push(token)
        else own!.push(address)
      }
      if (name === 'tr') rows.push([])
      if (name === 'td' || name === 'th') rows.at(-1)!.push('')
      if (!VOID.has(name) && !token.endsWith('/>')) open!.push(name)
    }
  }
  return {
    html,
    text,
    tags: tags!,
    linked: linked!,
    own: own!,
    rows,
    unbalanced: [...unbalanced!, ...open!],
    comments: comments!,
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

function decoded(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|([a-z]+));/g, (whole, number, name) =>
    number === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number(number)),
  )
}
