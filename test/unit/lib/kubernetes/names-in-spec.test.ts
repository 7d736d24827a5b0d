// The place of a name in the file.
import { describe, expect, test } from '@jest/globals'
import type { Place } from '../../../../src/domain/problem.ts'
import {
  placeOfValue,
  sanMember,
  subjectMember,
} from '../../../../src/lib/kubernetes/names-in-spec.ts'

function place(excerpt: string, text: string): Place {
  const column = excerpt.indexOf(text) + 1
  return { file: 'requests/jane.yaml', line: 6, column, length: text.length, excerpt }
}

const LINE = 'organizations: [abc, "b", \'c\', a]'
const MEMBER = 'subject.organizations'
const PLACES = new Map([
  ['', place('kind: CertificateRequest', 'kind')],
  [MEMBER, place(LINE, '[')],
  [`${MEMBER}[0]`, place(LINE, 'abc')],
  [`${MEMBER}[1]`, place(LINE, '"b"')],
  [`${MEMBER}[2]`, place(LINE, "'c'")],
  [`${MEMBER}[3]`, { ...place(LINE, 'a]'), length: 1 }],
])

describe('the place of a value', () => {
  test.each([
    ['its own', 'abc', `${MEMBER}[0]`],
    ['found in double quotes', 'b', `${MEMBER}[1]`],
    ['found in single quotes', 'c', `${MEMBER}[2]`],
    ['not that of a longer value', 'a', `${MEMBER}[3]`],
    ['the list where it is written differently', 'd', MEMBER],
  ])('the place of a value is %s', (_, value, member) =>
    expect(placeOfValue(PLACES, MEMBER, value)).toBe(PLACES.get(member)),
  )

  test('the place of a value is the file where no nearer place is known', () =>
    expect(placeOfValue(PLACES, 'dnsNames', 'a')).toBe(PLACES.get('')))
})

test.each([
  ['2.5.4.3', 'commonName'],
  ['2.5.4.10', 'subject.organizations'],
  ['1.2.840.113549.1.9.1', 'subject.emailAddress'],
  ['1.2.3', 'subject.1.2.3'],
])('the attribute %s belongs to %s', (oid, member) => expect(subjectMember(oid)).toBe(member))

test('a name belongs to the list of its kind', () =>
  expect(sanMember({ kind: 'ipAddress', value: '10.0.0.1' })).toBe('ipAddresses'))
