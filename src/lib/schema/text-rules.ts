// Rules of text fields: one pattern for the reader and the JSON Schema, and one sentence for a value that does not match.
import { z } from 'zod'
import type { Code } from '../../domain/problem-codes.ts'
import { beyondAscii, quoted } from '../source/hidden-characters.ts'
import { fault } from './check-schema.ts'
import { uniqueList } from './refinements.ts'

export interface TextRule {
  readonly pattern: RegExp
  /** Follows the quoted value in a sentence: `is not a DNS label`. */
  readonly says: string
  readonly code?: Code
  readonly hint?: string | ((text: string) => string | null)
}

/** Text that matches a pattern. */
export function text(rule: TextRule) {
  return z
    .string()
    .superRefine((value, context) => {
      if (!rule.pattern.test(value)) context.addIssue(missed(rule, value))
    })
    .meta({ pattern: rule.pattern.source })
}

const PLACEHOLDER = /\{[^{}]*\}?|\}/g
const KNOWN_PLACEHOLDERS = new Set(['{name}', '{cluster}'])

/** Text that matches a pattern once `{name}` and `{cluster}` are replaced. Other placeholders are refused. */
export function textWithPlaceholders(rule: TextRule) {
  return z
    .string()
    .superRefine((value, context) => {
      const unknown = (value.match(PLACEHOLDER) ?? []).find(found => !KNOWN_PLACEHOLDERS.has(found))
      if (unknown !== undefined) context.addIssue(unknownPlaceholder(unknown))
      else if (!rule.pattern.test(value.replaceAll(PLACEHOLDER, 'x'))) {
        context.addIssue(missed(rule, value))
      }
    })
    .meta({ pattern: String.raw`^(?:[^{}]|\{name\}|\{cluster\})+$` })
}

/** A DNS-1123 label (Kubernetes: namespaces, labels of names), at most 63 characters. */
export const DNS_LABEL: TextRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  says: 'is not a DNS-1123 label: lower-case letters, digits and dashes, at most 63, no dash at either end',
}

/** A DNS-1123 subdomain (Kubernetes: names of Secrets), at most 253 characters. */
export const DNS_SUBDOMAIN: TextRule = {
  pattern: /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
  says: 'is not a DNS-1123 subdomain: lower-case letters, digits, dashes and dots, at most 253',
}

/** Names of roles. RBAC takes any path segment; others are left out, since a binding's name ends with the role's. */
export const RBAC_NAME: TextRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9:._-]{0,198}[A-Za-z0-9])?$/,
  says: 'is not the name of a ClusterRole: letters, digits, : . _ and -, at most 200',
}

/** A folder of the repository. */
export const FOLDER: TextRule = {
  pattern: /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/,
  says: 'is not a folder of the repository, such as requests',
}

/** One line of text that is not empty and has no spaces at its ends. */
export const ONE_LINE: TextRule = {
  pattern: /^\S(?:[^\n\t]*\S)?$/,
  says: 'is not one line of text without spaces at its ends',
}

/** `*`, `**` and `?` are the only wildcards. Characters that are wildcards elsewhere are refused, so that no pattern is misread. */
export const PATH_PATTERN: TextRule = {
  pattern: /^[a-z0-9*?][a-z0-9._*?/-]*$/,
  says: 'is not a path pattern',
  hint: 'lower-case letters, digits, . _ - and /, with * (in one folder), ** (across folders) and ?',
}

/** A list of texts without repeats. */
export function textList(rule: TextRule) {
  return uniqueList(text(rule))
}

/** What is wrong with a value that does not match, and what to do about it. */
export function textFault(
  { says, hint }: TextRule,
  value: string,
): { readonly message: string; readonly hint: string | null } {
  const told = typeof hint === 'function' ? hint(value) : (hint ?? null)
  return { message: `${quoted(value)}${beyondAscii(value)} ${says}`, hint: told }
}

function missed(rule: TextRule, value: string) {
  return fault({ ...textFault(rule, value), ...(rule.code && { code: rule.code }) })
}

function unknownPlaceholder(found: string) {
  return fault({
    code: 'SINK_PLACEHOLDER',
    message: `${quoted(found)} is not a placeholder`,
    hint: 'there are {name} and {cluster}',
  })
}
