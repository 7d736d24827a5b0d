// The contents of a file for people: one block per part, in the order of the file. Of private keys only the public half is shown.
import type { Pkcs10, PublicKey, X509Certificate } from '../../domain/cluster/certificate.ts'
import type { InspectedPart, Inspection } from '../../domain/request/inspection.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { extendedKeyUsageName, extensionName } from '../../lib/x509/oids.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Paint } from './terminal-colours.ts'
import { table } from './text-table.ts'
import { minute, relative } from './plural-words.ts'

type Row = readonly [string, string]

export function inspectionText({ what, parts }: Inspection, now: Date, paint: Paint): string {
  return [paint.strong(visible(what)), ...parts.map(part => partText(part, now, paint))].join('\n')
}

function partText(part: InspectedPart, now: Date, paint: Paint): string {
  const where = visible(part.where)
  if (part.kind === 'note') return `${where === '' ? '' : `${where}: `}${visible(part.text)}`
  const title = where === '' ? part.kind : `${where}: ${part.kind}`
  const rows = table(rowsOf(part, now).map(([label, text]) => [`  ${label}`, visible(text)]))
  return [paint.strong(title), ...rows].join('\n')
}

function rowsOf(part: Exclude<InspectedPart, { kind: 'note' }>, now: Date): readonly Row[] {
  switch (part.kind) {
    case 'request':
      return requestRows(part.request)
    case 'certificate':
      return [
        ...certificateRows(part.certificate, now),
        ...(part.issuer === null ? [] : [issuerRow(part.issuer, part.where)]),
        ...(part.key === null ? [] : [['private key', `${part.key} belongs to it`] as const]),
      ]
    case 'private key':
    case 'public key':
      return [['key', keyText(part.publicKey)]]
  }
}

function issuerRow(issuer: string, own: string): Row {
  return ['signed by', issuer === own ? 'itself' : issuer]
}

function requestRows(request: Pkcs10): readonly Row[] {
  const usages = [...request.keyUsage, ...request.extendedKeyUsage.map(extendedKeyUsageName)].join(
    ', ',
  )
  return [
    ...nameRows(request),
    ['key', keyText(request.publicKey)],
    ...optional('asks for usages', usages),
    ...optional('asks to be', request.isCa ? 'a CA' : ''),
    ...optional('extensions', request.extensions.map(({ oid }) => extensionName(oid)).join(', ')),
    ...optional('attributes', request.otherAttributes.join(', ')),
    ['signature', `valid, ${request.signatureAlgorithm}`],
  ]
}

function certificateRows(certificate: X509Certificate, now: Date): readonly Row[] {
  const { serial, sha256, issuer, notBefore, notAfter, signatureAlgorithm, isCa } = certificate
  const usages = [
    ...certificate.keyUsage,
    ...certificate.extendedKeyUsage.map(extendedKeyUsageName),
  ]
  return [
    ...nameRows(certificate),
    ['issuer', formatName(issuer)],
    [
      'valid',
      `from ${minute(notBefore)} until ${minute(notAfter)} (${validity(certificate, now)})`,
    ],
    ['key', keyText(certificate.publicKey)],
    ...optional('usages', usages.join(', ')),
    ...optional('may be', isCa ? 'a CA' : ''),
    ['signature', signatureAlgorithm],
    ['serial', serial],
    ['sha256', sha256],
  ]
}

function validity({ notBefore, notAfter }: X509Certificate, now: Date): string {
  if (notBefore > now) return `not yet: begins ${relative(notBefore, now)}`
  return notAfter > now ? `ends ${relative(notAfter, now)}` : `expired ${relative(notAfter, now)}`
}

function nameRows({ subject, sans }: Pick<Pkcs10, 'subject' | 'sans'>): readonly Row[] {
  const name = formatName(subject)
  return [
    ['subject', name === '' ? 'none' : name],
    ...optional('names', sans.map(formatSan).join(', ')),
  ]
}

function keyText({ algorithm, size, sha256 }: PublicKey): string {
  return `${algorithm}${size === null ? '' : ` ${size}`}, sha256:${sha256}`
}

function optional(label: string, text: string): readonly Row[] {
  return text === '' ? [] : [[label, text]]
}
