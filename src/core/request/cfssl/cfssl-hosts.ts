// The hosts of a cfssl CSR JSON. cfssl guesses for each entry whether it is an address, a mailbox, a URI or a DNS name, in this
// order (csr.go GenerateDER: net.ParseIP, mail.ParseAddress, url.ParseRequestURI). This file repeats the guess, and warns if the
// result is surprising.
import type { San, TextSanKind } from '../../../domain/request/x500.ts'
import { TEXT_SAN_MEMBERS } from '../../../lib/kubernetes/names-in-spec.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import type { Path } from '../../../lib/source/located-values.ts'
import { canonicalIp } from '../../../lib/x509/general-names.ts'
import { isCanonicalUri } from '../../../lib/x509/uri.ts'
import type { CfsslReading } from './cfssl-members.ts'
import { sanTextFault } from '../san-schema.ts'

/** x509.CreateCertificateRequest writes the kinds in this order. */
const ORDER: readonly TextSanKind[] = ['dnsName', 'emailAddress', 'ipAddress', 'uri']

export function cfsslSans(path: Path | undefined, reading: CfsslReading): readonly San[] {
  const hosts = reading.items(path).map(at => {
    const text = reading.text(at) ?? ''
    return { ...classify(text, at, reading), path: at }
  })
  for (const { kind, value, path: at } of hosts) check(kind, value, at, reading)
  return ORDER.flatMap(wanted =>
    hosts
      .filter(({ kind }) => kind === wanted)
      .map(({ kind, value, path: at }) => {
        reading.place(`${TEXT_SAN_MEMBERS[kind]}[]`, at)
        return { kind, value }
      }),
  )
}

function classify(
  text: string,
  path: Path,
  reading: CfsslReading,
): { readonly kind: TextSanKind; readonly value: string } {
  const address = canonicalIp(text)
  if (address !== null) return { kind: 'ipAddress', value: address }
  const mailbox = mailboxOf(text)
  if (mailbox !== null) {
    if (mailbox !== text) {
      const message = `cfssl keeps the address ${quoted(mailbox)} only`
      reading.trap(reading.at(path), message, 'leave the display name out')
    }
    return { kind: 'emailAddress', value: mailbox }
  }
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text)) return { kind: 'dnsName', value: text }
  if (/^[a-z0-9.-]+:\d+$/i.test(text)) {
    const message = `cfssl takes ${quoted(text)} for a URI, and no host for it`
    reading.trap(reading.at(path), message, 'leave the port out: a certificate names hosts')
  }
  // url.Parse writes schemes in lower case
  return { kind: 'uri', value: text.replace(/^[^:]*/, scheme => scheme.toLowerCase()) }
}

/** Dot-atoms of RFC 5322 without a dot at an end or two dots in a row, as net/mail reads them. */
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
const DOT_ATOM = String.raw`${ATOM}(?:\.${ATOM})*`
const ADDRESS = new RegExp(`^${DOT_ATOM}@${DOT_ATOM}$`)
const NAMED = new RegExp(
  `^(?:${ATOM}(?: +${ATOM})*|"[A-Za-z0-9 .,'-]*")? *<(${DOT_ATOM}@${DOT_ATOM})>$`,
)

/** The address of a mailbox without its display name, null if the text is no mailbox. Rarer forms of mailboxes are not names. */
function mailboxOf(text: string): string | null {
  return ADDRESS.test(text) ? text : (NAMED.exec(text)?.[1] ?? null)
}

function check(kind: TextSanKind, value: string, path: Path, reading: CfsslReading): void {
  const fault = sanTextFault(kind, value)
  if (fault !== null) {
    const hint = hintForHost(kind, value) ?? fault.hint
    reading.refuse(path, fault.message, hint, 'FILE_FIELD_VALUE')
  } else if (kind === 'uri' && (!isCanonicalUri(value) || value.includes('#'))) {
    const hint = 'write it as RFC 3986 does: escape special characters, and leave out the fragment'
    const message = `cfssl would write ${quoted(value)} in another form`
    reading.refuse(path, message, hint, 'FILE_FIELD_VALUE')
  }
}

function hintForHost(kind: TextSanKind, value: string): string | null {
  if (value === '') return 'cfssl would make an empty DNS name of it; remove it'
  if (/[[%]/.test(value) && value.includes(':')) return 'leave brackets, ports and zones out'
  if (kind !== 'dnsName') return null
  if (value.includes('/')) return 'a certificate names hosts and addresses, not networks or paths'
  return value.includes('@') ? 'write the address alone: jane@example.com' : null
}
