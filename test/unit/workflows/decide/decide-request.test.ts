// Why a decision on a CertificateSigningRequest cannot be made.
import { expect, test } from '@jest/globals'
import type { DescribedRequest } from '../../../../src/domain/cluster/described-request.ts'
import type { X509Certificate } from '../../../../src/domain/cluster/certificate.ts'
import { inUse } from '../../../../src/workflows/decide/decide-request.ts'
import { standIn } from '../../../build/stand-in.ts'

test.each([
  [
    'is issued',
    standIn<X509Certificate>({ serial: '4a1f' }),
    'to see whose certificate it is, run: countersign prove 4a1f --cluster prod; to end its access, run: countersign revoke NAME',
  ],
  ['failed', null, 'create a new CertificateSigningRequest'],
])('the denial of a request that %s is answered with a way that works', (_, issued, hint) => {
  const object = standIn<DescribedRequest['object']>({ name: 'cs-jane-1f3c9a10-1' })
  const seen = standIn<DescribedRequest>({ object, state: 'Approved', cluster: 'prod', issued })
  expect(inUse('deny', seen)).toMatchObject({ code: 'CLUSTER_DECIDED', hint })
})
