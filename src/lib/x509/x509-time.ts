// Time in certificates (RFC 5280 §4.1.2.5): UTCTime and GeneralizedTime, each in the one form that DER allows.
import { DerFault, TAG } from './der.ts'
import type { DerNode } from './der.ts'

/** Returns the moment of a Time node, in whole seconds. Throws DerFault X509_DER for another form or a date that does not exist. */
export function timeOf(node: DerNode, what: string): Date {
  const text = Buffer.from(node.content).toString('latin1')
  const digits = node.tag === TAG.UTC_TIME ? utcDigits(text) : generalizedDigits(node.tag, text)
  if (digits === undefined) {
    const sentence = `${what} is neither YYMMDDHHMMSSZ (UTCTime) nor YYYYMMDDHHMMSSZ (GeneralizedTime)`
    throw new DerFault('X509_DER', sentence, node.offset)
  }
  const iso = digits.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6.000Z')
  const date = new Date(iso)
  // Date reads 31 February as 3 March, and 24:00 as the next day.
  if (!Number.isNaN(date.getTime()) && date.toISOString() === iso) return date
  throw new DerFault('X509_DER', `${what} is no date of the calendar`, node.offset)
}

/** Years 50 to 99 of UTCTime belong to the twentieth century (RFC 5280 §4.1.2.5.1). */
function utcDigits(text: string): string | undefined {
  const digits = /^(\d{12})Z$/.exec(text)?.[1]
  return digits === undefined ? undefined : `${digits < '5' ? '20' : '19'}${digits}`
}

function generalizedDigits(tag: number, text: string): string | undefined {
  return tag === TAG.GENERALIZED_TIME ? /^(\d{14})Z$/.exec(text)?.[1] : undefined
}
