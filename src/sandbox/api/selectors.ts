// Label and field selectors of lists and watches (k8s.io/apimachinery/pkg/labels, pkg/fields).
import { badRequest } from '../kinds/status-error.ts'

export type Labels = Readonly<Record<string, string>>
export type LabelTest = (labels: Labels) => boolean

interface Requirement {
  readonly key: string
  readonly holds: LabelTest
}

const SET_BASED = /^\s*([^\s=!,()]+)\s+(in|notin)\s*\(([^)]*)\)\s*(?:,|$)/
const EQUALITY = /^\s*([^\s=!,()]+)\s*(==|=|!=)\s*([^\s=!,()]*)\s*(?:,|$)/
const EXISTS = /^\s*(!?)\s*([^\s=!,()]+)\s*(?:,|$)/

/** Reads `a=b,c!=d,e in (f,g),h notin (i),j,!k`; throws a 400. */
export function labelSelector(text: string): LabelTest {
  const requirements: Requirement[] = []
  let rest = text
  while (rest.trim() !== '') {
    const next = setBased(rest) ?? equality(rest) ?? existence(rest)
    if (next === null) throw badRequest(unparsable(rest))
    requirements.push(next.requirement)
    rest = next.rest
  }
  return labels => requirements.every(requirement => requirement.holds(labels))
}

function unparsable(text: string): string {
  const second =
    text
      .trim()
      .split(/\s+/)[1]
      ?.replace(/[=!,()].*$/, '') ?? ''
  return `unable to parse requirement: found '${second}', expected: in, notin, =, ==, !=, gt, lt`
}

interface Parsed {
  readonly requirement: Requirement
  readonly rest: string
}

function has(labels: Labels, key: string): boolean {
  return Object.hasOwn(labels, key)
}

function setBased(text: string): Parsed | null {
  const match = SET_BASED.exec(text)
  if (match === null) return null
  const [whole, key = '', operator, list = ''] = match
  const values = new Set(list.split(',').map(value => value.trim()))
  const isIn: LabelTest = labels => has(labels, key) && values.has(labels[key] ?? '')
  const holds: LabelTest = operator === 'in' ? isIn : labels => !isIn(labels)
  return { requirement: { key, holds }, rest: text.slice(whole.length) }
}

function equality(text: string): Parsed | null {
  const match = EQUALITY.exec(text)
  if (match === null) return null
  const [whole, key = '', operator, value = ''] = match
  const equals: LabelTest = labels => has(labels, key) && labels[key] === value
  const holds: LabelTest = operator === '!=' ? labels => !equals(labels) : equals
  return { requirement: { key, holds }, rest: text.slice(whole.length) }
}

function existence(text: string): Parsed | null {
  const match = EXISTS.exec(text)
  if (match === null) return null
  const [whole, not, key = ''] = match
  const holds: LabelTest = labels => has(labels, key) === (not === '')
  return { requirement: { key, holds }, rest: text.slice(whole.length) }
}

export interface FieldTerm {
  readonly field: string
  readonly equal: boolean
  readonly value: string
}

/** Reads `metadata.name=a,spec.signerName!=b`; throws a 400. */
export function fieldTerms(text: string): readonly FieldTerm[] {
  return text
    .split(',')
    .filter(term => term !== '')
    .map(term => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(term)
      if (match === null)
        throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`)
      return { field: match[1] ?? '', equal: match[2] !== '!=', value: match[3] ?? '' }
    })
}

export function matchesFields(
  fields: Readonly<Record<string, string>>,
  terms: readonly FieldTerm[],
): boolean {
  return terms.every(term => (fields[term.field] === term.value) === term.equal)
}
