// countersign csr at the command line: it shows what will be signed, and decides on exactly that.
import { beforeAll, afterAll, describe, expect, test } from '@jest/globals'
import { opensslRequest, rsaKey } from '../build/openssl-request.ts'
import { configText, policyText } from '../build/request-text.ts'
import {
  CLIENT_SIGNER,
  createRequest,
  signingRequest,
  SIGNING_REQUESTS,
} from '../build/signing-requests.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import type { ShownStep } from '../build/shown-json.ts'

/** A common request that asks for more than the signer keeps. */
const GENEROUS = opensslRequest({
  subject: '/CN=jane/O=developers/emailAddress=jane@example.com',
  sans: ['DNS:jane.example.com', 'otherName:1.3.6.1.4.1.311.20.2.3;UTF8:jane@example.com'],
  extensions: ['1.2.3.4 = DER:0500', 'keyUsage = keyCertSign', 'basicConstraints = CA:TRUE'],
})

describeSubjects('countersign csr', subject => {
  const workshop = new Workshop()
  beforeAll(() => {
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    workshop.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps' }))
    workshop.write('policies/everybody.yaml', policyText('apps'))
  })
  afterAll(() => workshop.end())

  const asked = (base: string, spec: object = {}) =>
    createRequest(subject(), base, {
      signerName: CLIENT_SIGNER,
      usages: ['digital signature', 'client auth'],
      expirationSeconds: 3600,
      ...spec,
    })
  const run = (...args: string[]) => workshop.run(['csr', ...args])
  const read = async (name: string) =>
    (await subject().admin.get(`${SIGNING_REQUESTS}/${name}`)).body

  test('csr describe lists what the signer will drop, next to the request', async () => {
    const { metadata } = await asked('generous', { request: GENEROUS.base64 })
    const ran = await run('describe', metadata.name)
    expect(ran.code).toBe(0)
    expect(ran.stdout).toMatch(
      new RegExp(`^${metadata.name} · Pending for \\d+s · requested by \\S+ · for`),
    )
    const cells = ran.stdout.split('\n').map(line => line.split(/ {2,}/))
    const cell = (what: string) => cells.find(([first]) => first === what)?.slice(1)
    expect(cell('subject')).toEqual([
      'CN=jane, O=developers, emailAddress=jane@example.com',
      'O=developers, CN=jane',
    ])
    expect(cell('names')![1]).toBe('DNS:jane.example.com')
    expect(cell('lifetime')).toEqual(['1h', '1h5m, starting 5m before the issue'])
    expect(cell('logs in as')).toEqual(['user jane, groups developers, system:authenticated'])
    expect(cell('signature')![0]).toBe('valid')
    const vanishing = ran.stdout.slice(ran.stdout.indexOf('will be dropped\n')).split('\n')
    const end = vanishing.findIndex((line, index) => index > 0 && !line.startsWith('  '))
    const gone = vanishing.slice(1, end)
    expect(gone.map(line => line.trim().replace(/: (?:this|signers|usages|no).*/, ''))).toEqual([
      'emailAddress=jane@example.com',
      expect.stringContaining('1.3.6.1.4.1.311.20.2.3'),
      'the extension 1.2.3.4',
      'the usage keyCertSign',
      'CA:TRUE',
    ])
  })

  test('csr describe predicts what the signer signs', async () => {
    const { metadata } = await asked('signed', { request: GENEROUS.base64 })
    const told = JSON.parse((await run('describe', metadata.name, '-o', 'json')).stdout)
    const object = await read(metadata.name)
    const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Test' }] }
    await subject().admin.put(`${SIGNING_REQUESTS}/${metadata.name}/approval`, {
      ...object,
      status,
    })
    const issued = await until(async () => {
      const ran = await run('get', metadata.name)
      return ran.code === 0 ? ran.stdout : null
    })
    workshop.write('issued.pem', issued)
    const inspected = JSON.parse(
      (await workshop.run(['inspect', 'issued.pem', '-o', 'json'])).stdout,
    )
    const { subject: name, subjectAltNames, keyUsage } = inspected.parts[0].certificate
    const [{ predicted }] = told.signingRequests
    expect({ name, subjectAltNames, keyUsage }).toEqual({
      name: predicted.subject,
      subjectAltNames: predicted.sans,
      keyUsage: predicted.keyUsage,
    })
    const after = await run('describe', metadata.name)
    expect(after.stdout).toContain('Approved,Issued for')
    expect(after.stdout).toMatch(/certificate {2}serial [0-9a-f]+, sha256:[0-9a-f]{64}/)
  })

  test('csr approve shows the request, asks, and approves with the given reason and message', async () => {
    const { metadata } = await asked('approve')
    const no = await workshop.run(['csr', 'approve', metadata.name], { stdin: 'y\n' })
    expect(no.code).toBe(1)
    expect(no.stderr).toContain(`Approve ${metadata.name}? Only yes is accepted: `)
    expect(no.stderr).toContain('policy: names allowed by everybody')
    expect((await read(metadata.name)).status).not.toHaveProperty('conditions')
    const flags = ['--reason', 'Expected', '--message', 'asked for in the hall']
    const yes = await workshop.run(['csr', 'approve', metadata.name, ...flags], {
      stdin: 'yes\n',
    })
    expect(yes.stdout).toBe(`${metadata.name} approved\n`)
    expect((await read(metadata.name)).status.conditions[0]).toMatchObject({
      type: 'Approved',
      status: 'True',
      reason: 'Expected',
      message: 'asked for in the hall',
    })
    const again = await run('approve', `csr/${metadata.name}`, '--yes')
    expect([again.code, again.stdout]).toEqual([0, `${metadata.name} approved already\n`])
    const late = await run('deny', metadata.name, '--yes')
    expect([late.code, late.stdout]).toEqual([1, expect.stringContaining('CLUSTER_DECIDED')])
    expect(late.stdout).toContain('= to see whose certificate it is, run: countersign prove ')
  })

  test('csr approve never approves a grant of countersign, and asks no question', async () => {
    const { base64 } = opensslRequest({ subject: '/O=countersign:acme:k3x9/CN=jane' })
    const { metadata } = await asked('grant', { request: base64 })
    const ran = await workshop.run(['csr', 'approve', metadata.name], { stdin: 'yes\n' })
    expect([ran.code, ran.stderr]).toEqual([1, ''])
    expect(ran.stdout).toContain('error: POLICY_GRANT_RESERVED')
    expect(ran.stdout).toContain(`run: countersign csr deny ${metadata.name} --cluster `)
    expect((await read(metadata.name)).status).not.toHaveProperty('conditions')
  })

  test('csr approve --yes refuses what signer, built-in rules or policy deny', async () => {
    const request = opensslRequest({ subject: '/O=system:nodes/CN=jane' }).base64
    const { metadata } = await asked('refused', { request, usages: ['server auth'] })
    const ran = await run('approve', metadata.name, '--yes')
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain(
      'once approved it would fail: invalid usage for client certificate: server auth',
    )
    expect(ran.stdout).toMatch(/^nothing was approved: \S+ has \d+ objections \(/)
    expect(ran.stdout.split('\n')).toHaveLength(2)
    for (const code of ['SIGNER_USAGE', 'POLICY_GROUP_RESERVED', 'POLICY_USAGE', 'POLICY_VALUE'])
      expect(ran.stdout).toContain(code)
    expect((await read(metadata.name)).status).not.toHaveProperty('conditions')
    const question = await workshop.run(['csr', 'approve', metadata.name], { stdin: 'no\n' })
    expect(question.stderr).toMatch(
      /objections \([A-Z_, ]*POLICY_VALUE[A-Z_, ]*\), see above\. Approve \S+ nevertheless\? Only yes/,
    )
    const denied = await run('deny', metadata.name, '--yes', '--reason', 'NotOurs')
    expect(denied.stdout).toBe(`${metadata.name} denied\n`)
    expect((await read(metadata.name)).status.conditions[0]).toMatchObject({
      reason: 'NotOurs',
      message: 'denied with countersign csr deny',
    })
    expect((await run('describe', metadata.name)).stdout).toContain('WOULD BE SIGNED AS')
  })

  test('csr approve --yes approves a kubelet serving certificate only for its own node', async () => {
    const node = `system:node:${subject().name('n1')}`
    const made = opensslRequest({
      subject: `/O=system:nodes/CN=${node}`,
      sans: ['DNS:n1.example.com'],
    })
    const serving = {
      request: made.base64,
      signerName: 'kubernetes.io/kubelet-serving',
      usages: ['digital signature', 'server auth'],
      expirationSeconds: 3600,
    }
    const bare = new Workshop()
    try {
      bare.useKubeconfig(subject().backend, subject().backend.admin)
      const stranger = await createRequest(subject(), 'stranger', serving)
      const ran = await bare.run(['csr', 'approve', stranger.metadata.name, '--yes'])
      expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('SIGNER_REQUESTER')])
      expect(ran.stderr).toContain(`it must be the common name "${node}"`)
      expect((await read(stranger.metadata.name)).status).not.toHaveProperty('conditions')
      const kubelet = await subject().as(
        node,
        ['system:nodes'],
        [
          {
            apiGroups: ['certificates.k8s.io'],
            resources: ['certificatesigningrequests'],
            verbs: ['create'],
          },
        ],
      )
      const name = subject().name('serving')
      subject().later(`${SIGNING_REQUESTS}/${name}`)
      await kubelet.created(SIGNING_REQUESTS, signingRequest(name, serving))
      const own = await bare.run(['csr', 'approve', name, '--yes'])
      expect([own.code, own.stdout]).toEqual([0, `${name} approved\n`])
    } finally {
      bare.end()
    }
  })

  test('csr approve and deny are refused in CI and with a reason of two words', async () => {
    const { metadata } = await asked('automatic')
    const args = ['csr', 'approve', metadata.name, '--yes']
    const automatic = await workshop.run(args, { env: { CI: 'true' } })
    expect([automatic.code, automatic.stderr]).toEqual([2, expect.stringContaining('RUN_USAGE')])
    const words = await run('deny', metadata.name, '--yes', '--reason', 'two words')
    expect([words.code, words.stderr]).toEqual([2, expect.stringContaining('is not one word')])
    expect((await read(metadata.name)).status).not.toHaveProperty('conditions')
    const help = (await run('approve', '--help')).stdout.replaceAll(/\s+/g, ' ')
    expect(help).toContain('do not ask; refused in CI')
    const gone = ['csr', 'delete', metadata.name, '--yes']
    expect((await workshop.run(gone, { env: { CI: 'true' } })).code).toBe(0)
  })

  test('csr list shows age, requester, signer, state and subject, without control characters', async () => {
    const request = opensslRequest({ subject: '/O=developers/CN=ja\u202ene' }).base64
    const { metadata } = await asked('hidden', { request })
    const listed = await run('list')
    const line = listed.stdout.split('\n').find(each => each.startsWith(metadata.name))!
    expect(line.split(/ {2,}/)).toEqual([
      metadata.name,
      expect.stringMatching(/^\d+s$/),
      expect.any(String),
      CLIENT_SIGNER,
      'Pending',
      String.raw`O=developers, CN=ja\E2\80\AEne`,
    ])
    for (const hidden of ['\u001b', '\u202e']) expect(listed.stdout).not.toContain(hidden)
    const json = JSON.parse((await run('list', '-o', 'json')).stdout)
    const found = json.signingRequests.find((each: ShownStep) => each.name === metadata.name)
    expect(found).toMatchObject({
      state: 'Pending',
      signerName: CLIENT_SIGNER,
      expirationSeconds: 3600,
    })
  })

  test('csr describe shows text around the request, and csr get prints the PEM block only', async () => {
    const around = `\u001b[2J hidden\n${GENEROUS.pem}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`
    const request = Buffer.from(around).toString('base64')
    const { metadata } = await asked('around', { request })
    const described = await run('describe', metadata.name)
    expect(described.stdout).toContain('stored with the request, but not signed')
    expect(described.stdout).toContain('found a PRIVATE KEY block')
    expect(described.stdout).not.toContain('\u001b')
    const got = await run('get', metadata.name, '--request')
    expect(got.stdout).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n/)
    expect(got.stdout).not.toContain('hidden')
  })

  test('csr delete deletes the named requests only, and csr get reports an unissued request', async () => {
    const [first, second] = [await asked('delete-a'), await asked('delete-b')]
    const got = await run('get', first.metadata.name)
    expect([got.code, got.stdout]).toEqual([1, expect.stringContaining('CLUSTER_NOT_ISSUED')])
    const ran = await run('delete', first.metadata.name, '--yes')
    expect([ran.code, ran.stdout]).toEqual([0, `${first.metadata.name} deleted\n`])
    expect((await subject().admin.get(`${SIGNING_REQUESTS}/${second.metadata.name}`)).code).toBe(
      200,
    )
    const gone = await run('delete', first.metadata.name, second.metadata.name, '--yes')
    expect([gone.code, gone.stdout]).toEqual([1, expect.stringContaining('CLUSTER_NOT_FOUND')])
    expect((await subject().admin.get(`${SIGNING_REQUESTS}/${second.metadata.name}`)).code).toBe(
      200,
    )
  })

  test('csr describe without a configuration uses the context, and no policy applies', async () => {
    const bare = new Workshop()
    try {
      bare.useKubeconfig(subject().backend, subject().backend.admin)
      const { metadata } = await asked('bare', { expirationSeconds: undefined })
      const ran = await bare.run(['csr', 'describe', metadata.name])
      expect(ran.stderr).toContain('without policies')
      expect(ran.stdout).toContain('policy: none applied')
      expect(ran.stdout).toMatch(/lifetime +left to the signer +8760h/)
    } finally {
      bare.end()
    }
  })
})

async function until(attempt: () => Promise<string | null>): Promise<string> {
  for (let left = 30; left > 0; left--) {
    const value = await attempt()
    if (value !== null) return value
  }
  throw new Error('it did not happen')
}

describe('countersign inspect', () => {
  const workshop = new Workshop()
  afterAll(() => workshop.end())
  const inspect = (...args: string[]) => workshop.run(['inspect', ...args])

  test('inspect shows a request with everything it asks for', async () => {
    workshop.write('jane.csr', GENEROUS.pem)
    const { code, stdout } = await inspect('jane.csr')
    expect(code).toBe(0)
    expect(stdout).toContain('CN=jane, O=developers, emailAddress=jane@example.com')
    expect(stdout).toMatch(/asks to be +a CA/)
    expect(stdout).toMatch(/signature +valid, ecdsa-with-SHA256/)
  })

  test('inspect never shows a private key, and shows its public key hash', async () => {
    const key = rsaKey(2048)
    const made = opensslRequest({ keyPem: key })
    const data = { 'tls.key': Buffer.from(key).toString('base64'), 'jane.csr': made.base64 }
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'jane', namespace: 'apps' },
      data,
    }
    workshop.write('secret.json', JSON.stringify(secret))
    const { code, stdout } = await inspect('secret.json')
    expect(code).toBe(0)
    expect(stdout).toContain('Secret apps/jane')
    expect(stdout).toMatch(/data\.tls\.key: private key\n +key +RSA 2048, sha256:/)
    for (const line of key.split('\n').slice(1, -2)) expect(stdout).not.toContain(line)
  })

  test('inspect reports what it cannot open and exits with 1', async () => {
    workshop.write('store.p12', Uint8Array.of(0x30, 0x05, 0x02, 0x01, 0x03, 0x05, 0x00))
    workshop.write('broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
    workshop.write('notes.txt', 'token: secret-word\n')
    expect(await inspect('store.p12')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the keystore cannot be read'),
    })
    expect((await inspect('broken.pem')).stdout).toContain('at byte 0')
    const notes = await inspect('notes.txt')
    expect(notes.stdout).toContain('REQUEST_FORMAT_UNKNOWN')
    expect(notes.stdout + notes.stderr).not.toContain('secret-word')
  })
})
