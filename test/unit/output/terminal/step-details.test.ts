import { describe, expect, test } from '@jest/globals'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { planText } from '../../../../src/output/terminal/plan-text.ts'
import { wholeSteps } from '../../../../src/output/terminal/step-details.ts'
import { withdrawalWords } from '../../../../src/output/terminal/plural-words.ts'
import { formatSan } from '../../../../src/lib/x509/general-names.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective, kubeconfigSink, secretSink, subject } from '../../../build/effective.ts'
import { issuedRecord, NOW, secondsAfter } from '../../../build/issued.ts'
import { withdrawStep } from '../../../build/withdraw-step.ts'

type Words = Parameters<typeof effective>[0]

const textOf = (step: Step): string => wholeSteps([step], NOW, '').join('\n')
const detailsOf = (changes: Words = {}): string => textOf(issueStep(effective(changes)))

/** The words of a block without its line ends. */
const unwrapped = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe('the details of a step before approval', () => {
  test('each step has its own block of details', () => {
    expect(detailsOf()).toBe(
      [
        '  jane on prod: issue, by requests/jane.yaml',
        '    subject     CN=jane, O=developers',
        '    names       none',
        '    usages      digital signature, client auth',
        '    lifetime    168h',
        '    signer      kubernetes.io/kube-apiserver-client',
        '    signed as   O=developers, CN=jane',
        '    logs in as  user jane, group developers',
        '    key         ECDSA 256, made in the run',
        '    stored in   Secret apps/jane-tls: everyone who may read Secrets in apps of prod can use the key',
      ].join('\n'),
    )
  })

  test('the details have every name, however many there are, in lines that fit', () => {
    const dnsNames = Array.from({ length: 100 }, (_, n) => `host-${n}.internal.example.com`)
    const request = effective({ dnsNames, ipAddresses: ['10.0.0.7'], uris: ['spiffe://a/b'] })
    const text = textOf(issueStep(request))
    expect(unwrapped(text)).toContain(`names ${request.sans.map(formatSan).join(', ')} usages`)
    expect(Math.max(...text.split('\n').map(line => line.length))).toBeLessThanOrEqual(100)
    expect(text).not.toMatch(/more|…/)
  })

  test('the details say what the holder may do, and until when the certificate before may do it', () => {
    const request = effective({
      access: [
        { clusterRole: 'view', namespaces: ['apps', 'web'] },
        { clusterRole: 'cs-reader', namespaces: null },
      ],
    })
    const step = issueStep(request)
    expect(unwrapped(textOf(step))).toContain(
      'may do cs-reader in the whole cluster, view in apps, view in web, by a group of its own, a new one with each certificate key',
    )
    const again = { because: 'MeaningChanged', current: null, until: NOW, changes: [] } as const
    expect(textOf({ ...step, kind: 'reissue', ...again })).toContain('until the next run')
    const renewed = { because: 'RenewalDue', current: issuedRecord(request), until: NOW } as const
    expect(textOf({ ...step, kind: 'renew', ...renewed })).toContain(
      'so may the certificate before, until 2026',
    )
  })

  test('the details have every attribute of the subject', () => {
    const attributes = ['CN=jane', 'OU=one', 'OU=two', 'L=Bern', 'ST=BE', 'C=CH', 'STREET=a', 'O=x']
    const text = detailsOf({ subject: subject(...attributes) })
    for (const attribute of attributes) expect(text).toContain(attribute)
  })

  test('the details never cut a long value', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.example.com`
    expect(detailsOf({ dnsNames: [long] })).toContain(`DNS:${long}`)
  })

  test('the details say what a signer drops, or that the certificate is not predicted', () => {
    const dropped = detailsOf({ subject: subject('CN=jane', 'emailAddress=j@example.com') })
    expect(dropped).toMatch(/left out {4}.*emailAddress/)
    expect(detailsOf({ signerName: 'example.com/any' })).toContain('it may sign something else')
  })

  test('the details have every sink with the people who can use it', () => {
    const artifact = { kind: 'artifact', name: 'x', format: null, recipients: ['age1a', 'age1b'] }
    const github = { kind: 'githubSecret', repository: 'acme/shop', environment: 'live' }
    const sinks = [
      secretSink({
        labels: { team: 'x' },
        annotations: { 'copy/to': '*' },
        keystores: {
          pkcs12: { profile: 'Modern2023', passwordSecretRef: { name: 'pw', key: 'k' } },
        },
        adopt: true,
      }),
      kubeconfigSink({ namespace: 'ops', name: 'kc' }),
      { ...github, name: 'PAIR', format: null },
      artifact,
      { ...artifact, name: 'open', recipients: [] },
      { kind: 'file', path: 'out/jane.pem', format: null },
    ] as EffectiveRequest['sinks']
    const text = unwrapped(detailsOf({ sinks }))
    for (const words of [
      'Secret apps/jane-tls (takes over what is there; marked team, copy/to): everyone who may read Secrets in apps of prod can use the key',
      'team=x, copy/to=*, with a PKCS#12 keystore (Modern2023, password in Secret pw (k))',
      'kubeconfig in Secret ops/kc: everyone who may read Secrets in ops of prod can use the key',
      'GitHub secret acme/shop (live) PAIR: every workflow that may use its environment live can use the key',
      'artifact x: encrypted for age1a and age1b only',
      'artifact open: everyone who may read the repository can read it',
      'file out/jane.pem: everyone who may read it on this machine can use the key',
    ])
      expect(text).toContain(words)
  })

  test('the details of a withdrawal have every sink to delete and every binding', () => {
    const names = Array.from({ length: 9 }, (_, n) => `jane-${n}`)
    const step = withdrawStep({
      until: secondsAfter(NOW, 3600),
      sinks: names.map(name => secretSink({ name })),
      bindings: names.map(name => `RoleBinding apps/${name}`),
    })
    const text = unwrapped(textOf(step))
    expect(text).toContain(names.map(name => `Secret apps/${name}`).join(', '))
    expect(text).toContain(names.map(name => `RoleBinding apps/${name}`).join(', '))
    const left = unwrapped(
      textOf({ ...step, sinks: [{ kind: 'file', path: 'jane.pem', format: null }] }),
    )
    expect(left).toContain('deletes nothing leaves file jane.pem')
  })

  test('the details and the plan say that a certificate ended if its end is past', () => {
    const step = withdrawStep({ until: NOW, because: 'FileRemoved' })
    expect(unwrapped(textOf(step))).toContain('ended at 2026-03-01 12:00Z')
    expect(withdrawalWords(step, NOW)).toBe(
      'its file is removed; certificate worked until 2026-03-01 12:00Z',
    )
  })

  test('the details escape text from files', () => {
    const evil = detailsOf({ subject: subject('CN=x\u001b[2J\nnames none', 'O=a, group b') })
    expect(evil).not.toContain('\u001b')
    expect(evil).toContain(String.raw`group a\, group b`)
    expect(evil.split('\n')).toHaveLength(detailsOf().split('\n').length)
  })

  test('the details follow the table of a plan that a person confirms, and no other', () => {
    const steps = ['jane', 'mark'].map(name =>
      issueStep(effective({ name, dnsNames: ['a.example.com', 'b.example.com'] })),
    )
    const plan = { basis: 'cluster', steps, problems: [], effects: [] } as const
    const context = { clusters: [], files: 2, now: NOW, source: 'working tree', paint: plain }
    const text = planText(plan, { ...context, isWhole: true })
    expect(text).toContain('CN=jane, O=developers · 2 names · 168h')
    expect(text).toContain('  mark on prod: issue')
    expect(text).toContain('  jane on prod: issue')
    expect(planText(plan, context)).not.toContain(' on prod: ')
  })
})
