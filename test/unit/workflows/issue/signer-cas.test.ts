// The CAs of a signer, while one of them retires.
import { expect, test } from '@jest/globals'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { readSignerCas } from '../../../../src/workflows/issue/cluster-session.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { authority } from '../../../build/issued.ts'
import { standIn } from '../../../build/stand-in.ts'

const [OLD, NEW] = [authority('old-ca'), authority('new-ca')]
const pem = (...all: readonly (typeof OLD)[]): string =>
  all.map(({ certificate }) => encodePem('CERTIFICATE', certificate.der)).join('')
const signer = {
  name: 'example.com/clients',
  certificateAuthority: pem(OLD, NEW),
  maxDurationSeconds: null,
}

test.each([
  ['one retires and a new certificate is checked', pem(OLD), 'sign', ['new-ca']],
  ['one retires and a stored certificate is compared', pem(OLD), 'vouch', ['new-ca', 'old-ca']],
  ['none retires', null, 'sign', ['old-ca', 'new-ca']],
] as const)('while %s, these vouch: %j', async (_title, retiring, purpose, names) => {
  const config = clusterConfig({ signers: [{ ...signer, retiring }] })
  const found = await readSignerCas(standIn<Cluster>({}), config, signer.name, purpose)
  expect(found?.map(({ subject }) => subject.flat()[0]?.value)).toEqual(names)
})
