// Why a decision on a CertificateSigningRequest cannot be made.
import { expect, test } from '@jest/globals'
import type { DescribedRequest } from '../../../../src/domain/cluster/described-request.ts'
import { inUse } from '../../../../src/workflows/decide/decide-request.ts'
import { standIn } from '../../../build/stand-in.ts'

test.each([
  [
    'cs-jane-doe-1f3c9a10-abcdefghij-1',
    'to end its access, run: countersign revoke jane-doe --cluster prod',
  ],
  ['jane', 'create a new CertificateSigningRequest'],
])('a denial of %s, which is issued, is answered with: %s', (name, hint) => {
  const object = standIn<DescribedRequest['object']>({ name })
  const seen = standIn<DescribedRequest>({ object, state: 'Approved,Issued', cluster: 'prod' })
  expect(inUse('deny', seen)).toMatchObject({ code: 'CLUSTER_DECIDED', hint })
})
