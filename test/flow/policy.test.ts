// Policies at the command line: a denied request is denied everywhere, with the reason.
import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { opensslRequest } from '../build/openssl-request.ts'
import { configText, configure, policyText, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'
const WORDS = { owner: 'policies', namespace: 'apps' }

describe('policies at the command line', () => {
  let workshop: Workshop
  beforeEach(() => {
    workshop?.end()
    workshop = new Workshop()
    configure(workshop, WORDS)
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    workshop.write('requests/root.yaml', requestText({ name: 'root', groups: ['owners'] }))
  })
  afterAll(() => workshop.end())

  test('validate reports a denied value at its line', async () => {
    const ran = await workshop.run(['validate'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(
      /requests\/root.yaml:6:29 {2}error: POLICY_VALUE {2}the policy "everybody" does not allow/,
    )
    expect(ran.stdout).toContain('1 problem in 1 of 4 files')
  })

  test('policy explain shows the result of each policy', async () => {
    workshop.write(
      'policies/others.yaml',
      policyText('apps').replace('everybody', 'others').replace('requests/**', 'others/**'),
    )
    const ran = await workshop.run(['policy', 'explain', 'requests/root.yaml'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('root on test: denied')
    expect(ran.stdout).toContain('├ ✗ everybody denies it')
    expect(ran.stdout).toContain(
      '└ · others does not apply: selector.paths others/** does not match requests/root.yaml',
    )
    const allowed = await workshop.run(['policy', 'explain', 'requests/jane.yaml'])
    expect(allowed.code).toBe(0)
    expect(allowed.stdout).toContain('jane on test: allowed by everybody')
  })

  test('policy explain -o json has the same results', async () => {
    const ran = await workshop.run(['policy', 'explain', 'requests/root.yaml', '-o', 'json'])
    expect(JSON.parse(ran.stdout).requests).toMatchObject([
      {
        name: 'root',
        decision: 'denied',
        explanations: [
          { policy: 'everybody', result: 'denied', problems: [{ code: 'POLICY_VALUE' }] },
        ],
      },
    ])
  })

  test('a broken policy leaves its requests undecided, with file, line and column', async () => {
    workshop.edit('policies/everybody.yaml', 'opaque: allow', 'opaque: perhaps')
    const ran = await workshop.run(['policy', 'explain', 'requests/jane.yaml'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('jane on test: could not be decided')
    expect(ran.stdout).toMatch(/policies\/everybody.yaml:12:\d+ {2}POLICY_BROKEN/)
  })

  test('a request without policies is denied', async () => {
    workshop.remove('policies')
    const ran = await workshop.run(['validate'])
    expect(ran.code).toBe(1)
    expect(ran.stdout.match(/POLICY_NONE_APPLIES {2}/g)).toHaveLength(2)
  })

  test('an exception waives a built-in rule by its code until its date', async () => {
    const exception = (until: string): string =>
      configText({
        ...WORDS,
        more: [
          `exceptions: [{code: POLICY_NAME_LOOKALIKE, paths: ["requests/look.yaml"], until: ${until}, reason: an old name}]`,
        ],
      })
    workshop.remove('requests/root.yaml')
    workshop.write(
      'requests/look.yaml',
      requestText({ name: 'look' }).replace('commonName: look', 'commonName: "System:admin"'),
    )
    const refused = await workshop.run(['validate'])
    expect(refused.stdout).toContain('POLICY_NAME_LOOKALIKE')
    workshop.write('countersign.yaml', exception('2099-12-31'))
    const waived = await workshop.run(['validate'])
    expect([waived.code, waived.stderr]).toEqual([
      0,
      expect.stringContaining('POLICY_EXCEPTION_USED'),
    ])
    workshop.write('countersign.yaml', exception('2020-12-31'))
    // Warnings are reported next to problems, in JSON too.
    const past = await workshop.run(['validate'])
    expect([past.code, past.stderr]).toEqual([
      1,
      expect.stringContaining('POLICY_EXCEPTION_EXPIRED'),
    ])
    const told = JSON.parse((await workshop.run(['validate', '-o', 'json'])).stdout)
    expect(told.warnings).toMatchObject([{ code: 'POLICY_EXCEPTION_EXPIRED' }])
  })

  describe('policy test', () => {
    const suite = (expected: string): string => `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicyTest
metadata: {name: everybody}
tests:
- name: a developer
  path: requests/jane.yaml
  file: |
${requestText({ name: 'jane' }).replaceAll(/^/gm, '    ').trimEnd()}
  expect: ${expected}
`

    test('policy test without a test is refused, and is not green', async () => {
      const ran = await workshop.run(['policy', 'test'])
      expect([ran.code, ran.stdout]).toEqual([2, ''])
      expect(ran.stderr).toContain('no policy test was found in policies/')
    })

    test('policy test passes and lists rules that no test covers', async () => {
      workshop.write('policies/everybody.test.yaml', suite('allowed'))
      const ran = await workshop.run(['policy', 'test'])
      expect(ran.code).toBe(0)
      expect(ran.stdout).toContain('no test covers allowed.subject.organizations.values')
      expect(ran.stdout).toContain('1 passed, 0 failed')
    })

    test('policy test fails with the actual result next to the expected one', async () => {
      workshop.write('policies/everybody.test.yaml', suite('{denied: [POLICY_VALUE]}'))
      const ran = await workshop.run(['policy', 'test'])
      expect(ran.code).toBe(1)
      expect(ran.stdout).toContain(
        'policies/everybody.test.yaml:5  a developer: expected POLICY_VALUE, got allowed',
      )
    })

    test('policy test refuses an invalid test file', async () => {
      workshop.write('policies/everybody.test.yaml', suite('perhaps'))
      const ran = await workshop.run(['policy', 'test'])
      expect(ran.code).toBe(1)
      expect(ran.stdout).toMatch(/everybody.test.yaml:14:11 {2}error: FILE_FIELD/)
    })
  })
})

describeSubjects('policies, at apply', subject => {
  const workshop = new Workshop()
  const owner = (): string => subject().name('policy')
  beforeAll(async () => {
    configure(workshop, { owner: owner(), namespace: subject().namespace })
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    workshop.write('requests/root.yaml', requestText({ name: 'root', groups: ['owners'] }))
    await givePrintedRights(subject(), workshop, owner())
  })
  afterAll(() => workshop.end())

  test('a denied request is not sent and does not stop the others', async () => {
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('1 of 1 · 1 done')
    const path = `/apis/certificates.k8s.io/v1/certificatesigningrequests?labelSelector=countersign.dev/owner=${owner()}`
    const names = (await subject().admin.get(path)).body.items.map(
      item => item.metadata.annotations['countersign.dev/request'],
    )
    expect(names).toEqual(['jane'])
  })

  test('a request that is denied later keeps its Secret and gets nothing new', async () => {
    workshop.edit('policies/everybody.yaml', 'developers, ', '')
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toMatch(/jane\s+refused\s+POLICY_VALUE/)
    const kept = await subject().admin.get(
      `/api/v1/namespaces/${subject().namespace}/secrets/jane-tls`,
    )
    expect(kept.code).toBe(200)
  })
})

describe('attempts to skip the policies', () => {
  let workshop: Workshop
  beforeEach(() => {
    workshop?.end()
    workshop = new Workshop()
    configure(workshop, WORDS)
    workshop.write('requests/people/kim.yaml', requestText({ name: 'kim' }))
    workshop.write('requests/robots/kim.yaml', requestText({ name: 'kim' }))
  })
  afterAll(() => workshop.end())

  test('a named configuration that does not exist is CONFIG_MISSING', async () => {
    const ran = await workshop.run(['apply', '--yes', '--config', 'countersign.yml'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('CONFIG_MISSING')
  })

  test('a plan without a configuration is CONFIG_MISSING', async () => {
    workshop.remove('countersign.yaml')
    const ran = await workshop.run(['plan'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('CONFIG_MISSING')
  })

  test('a narrower requests folder still counts names outside of it', async () => {
    workshop.write('kubeconfig', '')
    const ran = await workshop.run(['plan', '--base', 'HEAD', '--requests', 'requests/robots'])
    expect(ran.code).toBe(2)
    workshop.commit()
    const narrow = await workshop.run([
      'plan',
      '--base',
      'HEAD',
      '--requests',
      './requests/robots/',
    ])
    expect(narrow.stdout).toContain('PLAN_NAME_TWICE')
    const outside = await workshop.run(['plan', '--base', 'HEAD', '--requests', 'policies'])
    expect([outside.code, outside.stdout]).toEqual([2, ''])
    expect(outside.stderr).toContain('RUN_USAGE')
  })

  test('labels, annotations and adoption of a Secret need a policy', async () => {
    workshop.remove('requests')
    const sink =
      'sinks: [{secret: {namespace: apps, name: kim-tls, annotations: {reflect: "true"}}}]'
    workshop.write('requests/kim.yaml', requestText({ name: 'kim', more: [sink] }))
    const ran = await workshop.run(['validate'])
    expect(ran.stdout).toContain('POLICY_SINK')
    workshop.edit(
      'policies/everybody.yaml',
      'names: ["*-tls"]',
      'names: ["*-tls"], annotations: [reflect]',
    )
    expect((await workshop.run(['validate'])).code).toBe(0)
    workshop.edit('requests/kim.yaml', 'annotations: {reflect: "true"}', 'adopt: true')
    expect((await workshop.run(['validate'])).stdout).toContain('POLICY_SINK')
  })

  test('an extension that no policy allows is refused for a signer that may copy it', async () => {
    workshop.remove('requests')
    const { base64 } = opensslRequest({
      subject: '/CN=kim',
      extensions: ['1.2.3.4.5=ASN1:UTF8String:more'],
    })
    workshop.write(
      'requests/kim.yaml',
      `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: kim}
spec: {request: ${base64}, signerName: example.com/team, usages: [client auth], expirationSeconds: 86400}
`,
    )
    const ran = await workshop.run(['validate'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('SIGNER_EXTENSION')
  })

  test('an exception for every value is refused', async () => {
    const more = [
      'exceptions: [{code: POLICY_NAME_RESERVED, values: ["*"], until: 2099-12-31, reason: no}]',
    ]
    workshop.write('countersign.yaml', configText({ ...WORDS, more }))
    const ran = await workshop.run(['validate'])
    expect(ran.code).toBe(1)
    expect(ran.stdout).toContain('would waive everything')
  })
})

test('the tests of this repository cover every rule of its policies', async () => {
  const workshop = new Workshop()
  const root = new URL('../../', import.meta.url).pathname
  for (const path of [
    'countersign.yaml',
    ...readdirSync(`${root}policies`).map(name => `policies/${name}`),
  ])
    workshop.write(path, readFileSync(`${root}${path}`))
  const ran = await workshop.run(['policy', 'test'])
  workshop.end()
  expect(ran.code).toBe(0)
  expect(ran.stdout).not.toContain('no test covers')
})
