// HTML with all foreign text as data: an inserted string becomes text, never an element or the end of an attribute.
import { displayed } from '../terminal/displayable-text.ts'

/** Text that is HTML already. Only this file can make it. */
class Html {
  readonly #html: string
  constructor(html: string) {
    this.#html = html
  }
  toString(): string {
    return this.#html
  }
}

export type { Html }

/** Most characters of a text on a page. */
const LONGEST = 1000
const NAMES: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }

/** HTML as written, with inserted values: strings as text, lists one after the other. Attributes need quotes around a value. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const filled = values.map(value =>
    typeof value === 'object'
      ? [value].flat().join('')
      : escapeHtml(displayed(`${value}`, LONGEST)),
  )
  return new Html(String.raw({ raw: parts }, ...filled))
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, character => `&${NAMES[character]};`)
}

/** A style sheet or a script of countersign's own. Foreign text never goes in here. */
export function ownCode(name: 'style' | 'script', code: string): Html {
  return new Html(`<${name}>${code}</${name}>`)
}
