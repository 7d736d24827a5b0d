// A CA that retires: renewals come to an end, and no certificate of it is left out of the count.
import { describe, expect, test } from '@jest/globals'
import { retiringAuthorities } from '../../../../src/core/plan/retiring-authority.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { clusters } from '../../../../src/core/config/cluster-schema.ts'
import { anchorOf } from '../../../../src/core/certificate/check-chain.ts'
import { orderChain } from '../../../../src/core/certificate/certificate-chain.ts'
import { config, clusterConfig, effective } from '../../../build/effective.ts'
import { NOW, authority, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { SignerConfig } from '../../../../src/domain/request/config.ts'

const JANE = effective()
const OLD = authority('old-ca')
const NEW = authority('new-ca')
/** The old CA with another end: same name, same key. */
const EXTENDED = authority('old-ca', { notAfter: new Date('2041-01-01T00:00:00Z') }, OLD.key)

function pemOf({ certificate }: typeof OLD): string {
  return encodePem('CERTIFICATE', certificate.der)
}

function signer(all: readonly (typeof OLD)[] | null, name = JANE.signerName): SignerConfig {
  const certificateAuthority = all === null ? null : all.map(pemOf).join('')
  return { name, certificateAuthority, retiring: pemOf(OLD), maxDurationSeconds: null }
}

function held(request: EffectiveRequest, by: typeof OLD, more: object = {}): RequestRecord {
  const certificate = encodePem('CERTIFICATE', by.issue({ request }).der)
  return requestRecord(request, { issued: issuedRecord(request, { certificate, ...more }) })
}

function stepOf(record: RequestRecord, signers: readonly SignerConfig[], request = JANE): string {
  const cluster = clusterConfig({ signers })
  const compared = { refused: [], warnings: new Map(), config: config({ clusters: [cluster] }) }
  const records = new Map([['prod', [record]]])
  const { steps } = planSteps({ ...compared, requests: [request], records, now: NOW })
  return steps.map(({ kind, because }) => `${kind} ${because}`).join()
}

const says = (records: readonly RequestRecord[], signers: readonly SignerConfig[]) =>
  retiringAuthorities(clusterConfig({ signers }), { records, broken: [] }, NOW)
    .map(({ message }) => message)
    .join()
const GONE = /no certificate in use is of it/

describe('renewals end', () => {
  test('where the CA was only extended, with the same key', () => {
    const record = held(JANE, EXTENDED)
    const chain = orderChain(record.issued?.certificate ?? '')
    // The check of a new certificate accepts it ...
    expect(chain.ok && anchorOf(chain.value, [EXTENDED.certificate], NOW)).not.toBeNull()
    // ... so it must not be renewed again.
    expect(stepOf(record, [signer([OLD, EXTENDED])])).toBe('keep UpToDate')
  })

  test('where the new CA is cross-signed by the old one, and the signer returns that too', () => {
    const link = OLD.authority('new-ca')
    const leaf = encodePem('CERTIFICATE', link.issue({ request: JANE }).der)
    const record = requestRecord(JANE, {
      issued: issuedRecord(JANE, { certificate: leaf + pemOf(link) }),
    })
    const self = authority('new-ca', {}, link.key)
    const chain = orderChain(record.issued?.certificate ?? '')
    expect(chain.ok && anchorOf(chain.value, [self.certificate], NOW)).not.toBeNull()
    expect(stepOf(record, [signer([OLD, self])])).toBe('keep UpToDate')
  })
})

describe('a signer whose CAs are not known', () => {
  test('has none that retires, since nothing would refuse new certificates of it', () => {
    const name = 'example.com/clients'
    const retiring = Buffer.from(pemOf(OLD)).toString('base64')
    const said = clusters.safeParse({ prod: { signers: { [name]: { retiring } } } })
    expect(said.success).toBe(false)
  })
})

describe('the CA is still needed', () => {
  test('by a certificate of another signer that has the same CA', () => {
    const other = effective({ signerName: 'example.com/clients' })
    const both = [signer([OLD, NEW]), { ...signer([OLD, NEW], other.signerName), retiring: null }]
    expect(says([held(other, OLD)], both)).not.toMatch(GONE)
  })

  test('by the sink that a renewal could not be written to', () => {
    const record = held(JANE, NEW, { incomplete: ['Secret apps/jane-tls'] })
    expect(says([record], [signer([OLD, NEW])])).not.toMatch(GONE)
  })

  test('perhaps, where the certificate in the record cannot be read', () => {
    const record = held(JANE, OLD, { certificate: 'x' })
    expect(says([record], [signer([OLD, NEW])])).not.toMatch(GONE)
  })

  test('perhaps, where an attempt may have been stored and is not recorded', () => {
    const objectName = 'countersign-x-1'
    const record = requestRecord(JANE, {
      issued: null,
      n: 1,
      abandoned: [{ n: 1, objectName, sha256: 'a'.repeat(64), notAfter: secondsAfter(NOW, 9999) }],
    })
    expect(says([record], [signer([OLD, NEW])])).not.toMatch(GONE)
  })
})
