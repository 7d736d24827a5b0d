// Subject alternative names as text (RFC 5280 §4.2.1.6): the rule of each kind, shared by all formats.
import { z } from 'zod'
import type { TextSanKind } from '../../domain/request/x500.ts'
import { text, textFault } from '../../lib/schema/text-rules.ts'
import type { TextRule } from '../../lib/schema/text-rules.ts'
import { refuseValue, uniqueList } from '../../lib/schema/refinements.ts'
import { canonicalIp } from '../../lib/x509/general-names.ts'

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?'

/**
 * RFC 1123 host names; a wildcard is the whole first label (RFC 6125 §6.4.3). If the last label has only digits, the text is an
 * address.
 */
export const DNS_NAME: TextRule = {
  pattern: new RegExp(
    String.raw`^(?=.{1,253}$)(?!(?:.*\.)?[0-9]+$)(?:\*\.)?${LABEL}(?:\.${LABEL})*$`,
  ),
  says: 'is not a DNS name',
  hint: hintForDnsName,
}

/** RFC 3986 characters after a scheme. */
export const URI: TextRule = {
  pattern: /^[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+$/,
  says: 'is not a URI',
  hint: 'it begins with a scheme: spiffe://example.org/web',
}

/** RFC 5321 mailboxes without quotes. */
export const EMAIL_ADDRESS: TextRule = {
  pattern: new RegExp(String.raw`^[A-Za-z0-9!#$%&'*+/=?^_.{|}~-]{1,64}@${LABEL}(?:\.${LABEL})*$`),
  says: 'is not an email address',
  hint: value => (value.includes('<') ? 'leave the display name out' : null),
}

/** Text of an address. `canonicalIp` decides; the pattern is what an editor can check. */
export const IP_ADDRESS: TextRule = {
  pattern: /^[0-9A-Fa-f:.]+$/,
  says: 'is not an IP address',
  hint: value => {
    if (value.includes('/')) return 'a certificate names addresses, not networks'
    return value.includes('[') || value.includes('%') ? 'leave brackets and zones out' : null
  },
}

const RULES: Readonly<Record<TextSanKind, TextRule>> = {
  dnsName: DNS_NAME,
  ipAddress: IP_ADDRESS,
  uri: URI,
  emailAddress: EMAIL_ADDRESS,
}

/** The fault of one name, or null. */
export function sanTextFault(
  kind: TextSanKind,
  value: string,
): { readonly message: string; readonly hint: string | null } | null {
  const rule = RULES[kind]
  const isFine = rule.pattern.test(value) && (kind !== 'ipAddress' || canonicalIp(value) !== null)
  return isFine ? null : textFault(rule, value)
}

/** A list of names of one kind. */
export function sanList(rule: TextRule) {
  return uniqueList(rule === IP_ADDRESS ? ipAddress : text(rule)).optional()
}

/** Converts the text of an address into canonical text. */
const ipAddress = z
  .string()
  .transform((value, context) => {
    const problem = sanTextFault('ipAddress', value)
    return problem === null ? (canonicalIp(value) ?? value) : refuseValue(context, problem)
  })
  .meta({ pattern: IP_ADDRESS.pattern.source })

function hintForDnsName(value: string): string | null {
  if (canonicalIp(value) !== null) return 'this is an IP address: write it in ipAddresses'
  if (/[^\x20-\x7e]/.test(value)) return 'write the ASCII form of the name (xn--…)'
  if (/^[a-z+.-]+:\/\//i.test(value)) return 'this is a URI: write it in uris'
  if (value.includes(':')) return 'a certificate names hosts, without ports'
  return value.endsWith('.') ? 'leave the dot at the end out' : null
}
