import { expect, test } from '@jest/globals'
import { blobId } from '../../../../src/adapters/system/git-command.ts'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { EXTENDED_KEY_USAGE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { decodePem } from '../../../../src/lib/x509/pem.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { requestText } from '../../../../src/workflows/import/create-request.ts'
import { NOW } from '../../../build/issued.ts'
import { config, valueOf } from '../../../build/request.ts'

test('a new PKCS#10 has the purposes in the order of the usages, which cert-manager compares', async () => {
  const key = await nodeKeys.generate({
    algorithm: 'ECDSA',
    size: 256,
    encoding: 'PKCS8',
    rotationPolicy: 'Always',
  })
  const rules = {
    config: config(
      'clusters: {prod: {provider: other}}',
      'defaultCluster: prod',
      'defaults: [{paths: ["requests/**"], spec: {signerName: example.com/a, usages: [client auth, server auth], duration: 24h, sinks: [{artifact: {}}]}}]',
    ),
    policies: null,
  }
  const asked = {
    groups: [],
    dnsNames: [],
    access: [],
    grant: null,
    duration: null,
    until: null,
    cluster: null,
    more: {},
  }
  const path = 'requests/jane.yaml'
  const writing = { rules, path, key, requester: null, now: NOW, blobOf: blobId }
  const text = valueOf(requestText({ name: 'jane', ...asked }, writing))
  const [pem = ''] =
    /-----BEGIN CERTIFICATE REQUEST-----[^]*REQUEST-----/.exec(text.replaceAll(/^ +/gm, '')) ?? []
  const { extendedKeyUsage } = valueOf(readPkcs10(valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))))
  expect(extendedKeyUsage).toEqual([
    EXTENDED_KEY_USAGE_OIDS.clientAuth,
    EXTENDED_KEY_USAGE_OIDS.serverAuth,
  ])
})
