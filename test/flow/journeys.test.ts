// Pull mode and the scheduled renewal from start to end, on the embedded cluster. pull-mode.test.ts tests pull mode with the files
// of the example on a real control plane, own-key-renewal.test.ts the renewal for own keys.
import { expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { stringify } from 'yaml'
import { shown } from '../build/api-object.ts'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { configuration } from '../build/github-run.ts'
import { NOTHING_STANDS, standingIn } from '../build/place.ts'
import { kubeconfig, Workshop } from '../build/workshop.ts'

const DAY_MS = 86_400_000
const JANE = 'requests/people/jane.yaml'
const TOKEN = 'github_pat_pull_mode'
const OWNER = 1002

function certificateOf({ cluster }: Scene): X509Certificate {
  const { data } = shown(cluster.objects.read('secrets', 'apps', 'jane-tls'))
  return new X509Certificate(Buffer.from(data['tls.crt'] ?? '', 'base64'))
}

test('pull mode issues nothing before the review, and one certificate after it', () =>
  atAcme(async scene => {
    const { acme, place } = scene
    const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
    acme.github.tokens.set(TOKEN, { as: { account: OWNER }, permissions })
    const env = { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN, KUBECONFIG_PROD: place.kubeconfig }
    const digest = await acme.digest()
    const pod = new Workshop()
    const apply = async () => {
      const args = ['apply', '--prove', '--repository', 'acme/certs', '--trusted-config', digest]
      const { code, stdout } = await pod.run([...args, '--output', 'json'], { env })
      return { code, kinds: kindsIn(stdout) }
    }
    try {
      acme.does('author pushes to add-jane', { [JANE]: 'usual' })
      acme.does('author opens PR1 from add-jane')
      expect(await apply()).toEqual({ code: 0, kinds: [] })
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
      acme.does('reviewer approves PR1')
      acme.does('author merges PR1 (squash)')
      expect(await apply()).toEqual({ code: 0, kinds: ['issued'] })
      const first = certificateOf(scene)
      expect(first.subject).toContain('CN=jane')
      expect(await apply()).toEqual({ code: 0, kinds: ['kept'] })
      expect(certificateOf(scene).serialNumber).toBe(first.serialNumber)
    } finally {
      pod.end()
    }
  }))

test('a certificate is proved by its file, serial number or SHA-256, and by a Statement', () =>
  atAcme(async scene => {
    const { acme, place } = scene
    acme.merges(1, { [JANE]: 'usual' })
    const ran = await acme.apply()
    const certificate = certificateOf(scene)
    const sha256 = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
    const pod = new Workshop()
    pod.write(
      'countersign.yaml',
      stringify({ apiVersion: 'countersign.dev/v1', kind: 'Config', ...configuration(place) }),
    )
    pod.write('cert.pem', certificate.toString())
    pod.write('kubeconfig', place.kubeconfig)
    const prove = (...args: string[]) => pod.run(['prove', ...args])
    try {
      for (const name of ['cert.pem', certificate.serialNumber, `X509SHA256=${sha256}`]) {
        const told = await prove(name)
        expect([told.code, told.stderr]).toEqual([0, ''])
        expect(told.stdout).toMatch(/the record of jane in prod says\n.*in use\n.*CN=jane/)
        expect(told.stdout).toMatch(/requests\/people\/jane.yaml was approved by reviewer on pull/)
      }
      const json = await prove('cert.pem', '-o', 'json')
      expect(JSON.parse(json.stdout)).toMatchObject({
        certificates: [
          {
            request: 'jane',
            sha256,
            ended: null,
            approval: { approvedBy: [{ login: 'reviewer' }] },
          },
        ],
        problems: [],
      })
      const whole = await prove(JANE, '-o', 'intoto')
      expect([whole.code, whole.stderr]).toEqual([0, ''])
      const { predicate } = JSON.parse(whole.stdout)
      expect(predicate.evidence).toEqual(ran.evidence[0])
      expect((await prove(sha256, '-o', 'intoto')).stdout).toBe(whole.stdout)
      const digests = await prove(sha256, '-o', 'intoto', '--digests-only')
      expect(digests.stdout).not.toMatch(/jane|reviewer|acme/)
      expect(JSON.parse(ran.outputs['attestations'] ?? '')).toEqual([
        { digest: `sha256:${sha256}`, predicate: JSON.parse(digests.stdout).predicate },
      ])
      const payload = Buffer.from(whole.stdout).toString('base64')
      const dsseEnvelope = { payload, payloadType: 'application/vnd.in-toto+json', signatures: [] }
      pod.write('bundle.json', JSON.stringify({ dsseEnvelope }))
      const offline = await prove('cert.pem', '--evidence', 'bundle.json', '-o', 'json')
      const problems: readonly { message: string }[] = JSON.parse(offline.stdout).problems
      // This folder has no history. The Statement itself is not contradicted.
      expect(offline.code).toBe(1)
      for (const { message } of problems) expect(message).toMatch(/not in this copy|is unknown/)
      const other = await prove('0a1b', '--evidence', 'bundle.json')
      expect(other.stdout).toMatch(/^DIFFERS: not all that follows is so\n/)
      expect(other.stdout).toContain(`subject is ${sha256}, expected a1b`)
      pod.write('digests.json', digests.stdout)
      const bare = await prove('--evidence', 'digests.json')
      expect([bare.code, bare.stdout]).toEqual([1, expect.stringContaining('has digests only')])
      pod.write('statement.json', whole.stdout.replace('evidence/v1', 'evidence/v2'))
      const later = await prove('--evidence', 'statement.json')
      expect([later.code, later.stderr]).toEqual([
        2,
        expect.stringContaining('"predicateType": is not https://countersign.dev/evidence/v1'),
      ])
    } finally {
      pod.end()
    }
  }))

function kindsIn(json: string): readonly string[] {
  return JSON.parse(json).outcomes.map(({ kind }: { kind: string }) => kind)
}

test('the schedule renews a certificate when it is due, with a new key, and not before', () => {
  let day = 0
  return atAcme(
    async scene => {
      const { acme, place, cluster } = scene
      const runOn = (later: number) => {
        if (later > day) acme.does(`${later - day} days pass`)
        day = later
        // The client certificate of countersign's login is valid for one day.
        const login = kubeconfig(place, cluster.clientFor(place.user))
        const env = { KUBECONFIG_PROD: login, AHEAD_MS: String(day * DAY_MS) }
        return acme.apply({ env, preload: ['test/build/clock-ahead.mjs'] }, 'schedule')
      }
      acme.merges(1, { [JANE]: 'usual' })
      expect(await runOn(0)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const first = certificateOf(scene)
      expect(await runOn(1)).toMatchObject({ code: 0, outputs: { 'renewed-count': '0' } })
      expect(certificateOf(scene).serialNumber).toBe(first.serialNumber)
      expect(await runOn(5)).toMatchObject({ code: 0, outputs: { 'renewed-count': '1' } })
      const second = certificateOf(scene)
      expect(second.publicKey.equals(first.publicKey)).toBe(false)
      expect(Date.parse(second.validTo)).toBeGreaterThan(Date.parse(first.validTo))
    },
    { cluster: { now: () => new Date(Date.now() + day * DAY_MS) } },
  )
})
