// Pull mode and the scheduled renewal from start to end, on the embedded cluster. pull-mode.test.ts tests pull mode with the files
// of the example on a real control plane, own-key-renewal.test.ts the renewal for own keys.
import { expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { shown } from '../build/api-object.ts'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
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
