// Values of the members that a request file and a block of defaults share.
import { expect, test } from '@jest/globals'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { requestFile } from '../../../build/request.ts'

test('an unknown usage that is near to no other is refused with the names of all usages', () => {
  const text = 'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nmetadata: {name: jane}\nspec: {usages: [foo]}\n' // prettier-ignore
  const parsed = parseRequest(requestFile(text, { path: 'requests/jane.yaml' }), 'requests')
  if (parsed.ok) throw new Error('taken')
  expect(parsed.problems.find(({ code }) => code === 'REQUEST_USAGE_UNKNOWN')?.hint).toMatch(
    /^the usages are any, cert sign, client auth, .*, timestamping$/,
  )
})
