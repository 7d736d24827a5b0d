// Requests from file to Secret: of all formats and key kinds, with only the printed rights.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { opensslRequest } from '../build/openssl-request.ts'
import { isPair, opensslVerify, storedPair, storedRecord, whoIs } from '../build/stored.ts'
import type { StoredPair } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import type { Subject } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'
import { extent } from '../build/extent.ts'
import { configure, requestText } from '../build/request-text.ts'
import type { ShownStep } from '../build/shown-json.ts'
const KEYS = [
  '{algorithm: RSA, size: 2048}',
  '{algorithm: RSA, size: 3072}',
  '{algorithm: ECDSA, size: 256}',
  '{algorithm: ECDSA, size: 384, encoding: PKCS1}',
  '{algorithm: ECDSA, size: 521}',
  '{algorithm: Ed25519}',
]

/** The own keys of requesters, by request name. */
const theirKeys = new Map<string, string>()

/** Fifty requests; in a short run one of each kind. */
const COUNTS = { people: extent(30, KEYS.length), robots: extent(10, 1), guests: extent(10, 2) }

function fill(workshop: Workshop): readonly string[] {
  const names: string[] = []
  const add = (name: string, path: string, content: string): void => {
    names.push(name)
    workshop.write(path, content)
  }
  for (let index = 0; index < COUNTS.people; index++) {
    const name = `person-${index}`
    const key = KEYS[index % KEYS.length] ?? ''
    add(
      name,
      `requests/${name}.yaml`,
      requestText({ name, groups: ['developers', 'viewers'], key }),
    )
  }
  for (let index = 0; index < COUNTS.robots; index++) {
    const name = `robot-${index}`
    add(name, `requests/${name}.cnf`, opensslConfig(name))
  }
  for (let index = 0; index < COUNTS.guests; index++) {
    const name = `guest-${index}`
    const { pem, base64, keyPem } = opensslRequest({
      subject: `/O=developers/O=viewers/CN=${name}`,
    })
    theirKeys.set(name, keyPem)
    if (index % 2 === 0) add(name, `requests/${name}.csr`, pem)
    else add(name, `requests/${name}.yaml`, manifest(name, base64))
  }
  return names
}

function opensslConfig(name: string): string {
  return `[req]
prompt = no
distinguished_name = dn
req_extensions = ext
[dn]
CN = ${name}
0.O = developers # Kubernetes Group
1.O = viewers
[ext]
subjectAltName = DNS:${name}.example.com, IP:10.0.0.7
`
}

function manifest(name: string, request: string): string {
  return `apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: ${name}}
spec:
  request: ${request}
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  expirationSeconds: 86400
`
}

describeSubjects('the spine', subject => {
  const workshop = new Workshop()
  let names: readonly string[] = []
  let owner = ''

  beforeAll(async () => {
    owner = subject().name('spine')
    configure(workshop, { owner, namespace: subject().namespace })
    names = fill(workshop)
    await givePrintedRights(subject(), workshop, owner)
    workshop.commit()
  })
  afterAll(() => workshop.end())

  test('apply lists every request by name and asks once', async () => {
    const asked = (...given: readonly string[]) =>
      workshop.run(['apply', ...given], { stdin: 'no\n' })
    const [one = '', two = ''] = names.toSorted()
    expect((await asked(two, one)).stderr).toContain(`Apply these 2 (${one}, ${two})? Only yes`)
    const { stdout, stderr } = await asked()
    expect(stderr).toMatch(new RegExp(`Apply these ${names.length}(?: \\([^)]*\\))?\\? Only yes`))
    for (const name of names) expect(stdout).toMatch(new RegExp(`[\\s(]${name}[,\\s)]`))
  })

  test('apply --yes issues and stores a certificate for each request', async () => {
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain(`${names.length} of ${names.length} · ${names.length} done`)
    expect(ran.code).toBe(0)
  })

  test('every Secret holds a certificate of the signer with its key', async () => {
    for (const name of names) {
      const pair = await pairOf(subject(), name)
      expect(opensslVerify(pair.certificate, pair.ca ?? '')).toContain('leaf.pem: OK')
      expect(isPair(pair)).toBe(true)
    }
  })

  test('every pair logs in as its user with its groups', async () => {
    for (const name of names) {
      const identity = await whoIs(subject(), await pairOf(subject(), name))
      expect(identity.username).toBe(name)
      expect(identity.groups.toSorted()).toEqual(['developers', 'system:authenticated', 'viewers'])
    }
  })

  test('the Secret of a requester with an own key holds no key', async () => {
    expect((await storedPair(subject(), subject().namespace, 'guest-0-tls'))?.key).toBeNull()
  })

  test('a second apply reports nothing to issue, renew or withdraw', async () => {
    const before = await pairOf(subject(), 'person-0')
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `nothing to issue, renew or withdraw: ${names.length} unchanged`,
      ),
    })
    expect(await pairOf(subject(), 'person-0')).toEqual(before)
  })

  test('an added comment is keep, and is marked as uncommitted', async () => {
    workshop.write(
      'requests/person-1.yaml',
      `# for the office\n${workshop.read('requests/person-1.yaml')}`,
    )
    const ran = await workshop.run(['plan', '-o', 'json'])
    const step = JSON.parse(ran.stdout).steps.find((each: ShownStep) => each.name === 'person-1')
    expect(step).toMatchObject({
      kind: 'keep',
      because: 'OnlyBytesChanged',
      request: { uncommitted: true },
    })
  })

  test('a changed group is reissue, and apply replaces the pair', async () => {
    workshop.edit('requests/person-2.yaml', 'viewers', 'releasers')
    const plan = await workshop.run(['plan'])
    expect(plan.stdout).toMatch(
      /person-2\s+reissue\s+O: developers, viewers → developers, releasers/,
    )
    const before = await pairOf(subject(), 'person-2')
    const ran = await workshop.run(['apply', '--yes', 'person-2'])
    expect(ran.code).toBe(0)
    const after = await pairOf(subject(), 'person-2')
    expect(after.certificate).not.toBe(before.certificate)
    expect((await whoIs(subject(), after)).groups).toContain('releasers')
    const record = await storedRecord(
      subject(),
      subject().namespace,
      `countersign-${owner}-person-2`,
    )
    expect(record).toMatchObject({ n: 2, claim: null, issued: { n: 2 } })
  })

  test('status lists who has access until when', async () => {
    const ran = await workshop.run(['status', '--expiring', '30d', '-o', 'wide'])
    expect(ran.stdout).toMatch(
      /^person-0 +test +CN=person-0, O=developers, O=viewers +in \d+h .* stored in Secret /m,
    )
  })

  test('status writes a page with who approved, and the wide status has the same', async () => {
    const page = await workshop.run(['status', '--html', '-'])
    expect(page).toMatchObject({ code: 0, stderr: '' })
    expect(page.stdout).toMatch(/^<!doctype html>\n[^]*<\/html>\n$/)
    expect(page.stdout).toContain('<td>person-0</td><td>test</td><td>CN=person-0, O=developers')
    const written = await workshop.run(['status', '--html', 'status.html'])
    expect(written).toMatchObject({ stdout: '', stderr: 'wrote status.html\n' })
    expect(workshop.read('status.html').replaceAll(/\d/g, '').length).toBe(
      page.stdout.replaceAll(/\d/g, '').length,
    )
    const wide = await workshop.run(['status', '-o', 'wide'])
    const [row] = JSON.parse((await workshop.run(['status', '-o', 'json'])).stdout).certificates
    expect(row).toMatchObject({ approvedBy: [expect.stringMatching(/ at a terminal$/)], roles: [] })
    expect(wide.stdout).toMatch(/ NEXT +APPROVED BY +PR +SERIAL +ROLES\n/)
    expect(wide.stdout).toContain(`${row.approvedBy[0]}  -   ${row.serial}`)
    expect(page.stdout).toContain(`<dd>${row.sha256}</dd>`)
  })

  test('status lists blocked requests with the expiry of their certificates', async () => {
    const file = 'requests/person-0.yaml'
    const text = workshop.read(file)
    workshop.write(file, `${text}  colour: blue\n`)
    const ran = await workshop.run(['status', '-o', 'json'])
    const told = await workshop.run(['status', '--expiring', '30d'])
    workshop.write(file, text)
    const rows = JSON.parse(ran.stdout).certificates
    expect(rows.filter(({ state }: ShownStep) => state === 'blocked')).toMatchObject([
      {
        name: expect.stringContaining('person-0'),
        until: expect.stringMatching(/Z$/),
        next: expect.stringMatching(/^FILE_FIELD_UNKNOWN: /),
      },
    ])
    expect(told.stdout).toMatch(/person-0\S*\s.*in .*\sblocked\n[^→]*→ FILE_FIELD_UNKNOWN: /)
  })

  async function pairOf(on: Subject, name: string): Promise<StoredPair> {
    const pair = await storedPair(on, on.namespace, `${name}-tls`)
    if (pair === null) throw new Error(`there is no Secret ${name}-tls`)
    return { ...pair, key: pair.key ?? theirKeys.get(name) ?? null }
  }
})
