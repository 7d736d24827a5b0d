// A request whose end, policy or Secret changes after its certificate was issued.
import { describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { accessPlace, bindingsOfGrants, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { parse } from 'yaml'
import { usualFile } from '../build/history/usual-files.ts'
import { Workshop } from '../build/workshop.ts'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MINUTE_MS = 60_000
const TOKEN = 'ghp_of-the-author'
const AUTHOR = 1001

/** Everything happens so many minutes after the start of the test. */
class Scene {
  minutes = 0
  readonly start = Date.now()
  at!: AccessPlace
  acme!: Acme
  #pulls = 0
  env: Readonly<Record<string, string>> = {}

  time(minutes: number): Date {
    return new Date(this.start + minutes * MINUTE_MS)
  }

  now(): Date {
    return new Date(Date.now() + this.minutes * MINUTE_MS)
  }

  /** The change is approved and merged now; or merged only. */
  merges(files: Readonly<Record<string, unknown>>, isApproved = true): void {
    this.#pulls += 1
    this.acme.stage.world.state.now = new Date(this.now().getTime() - 6 * MINUTE_MS)
    this.acme.proposes(this.#pulls, files)
    if (Object.keys(files).some(path => path.startsWith('policies/')))
      this.acme.does(`owner approves PR${this.#pulls}`)
    if (isApproved) this.acme.lands(this.#pulls)
    else this.acme.does(`author merges PR${this.#pulls} (squash)`)
  }

  /** jane may read until so many minutes after the start; null for no end. */
  mergesEnd(minutes: number | null, more: object = {}): void {
    const until = minutes === null ? {} : { until: this.time(minutes).toISOString() }
    this.merges({ [JANE]: { access: ACCESS, ...until, ...more } })
  }

  /** Runs the action; its exit code and whole output. `skew`: minutes that the runner's clock is ahead. */
  async applies(skew = 0): Promise<readonly [number, string]> {
    const ahead = (this.minutes + skew) * MINUTE_MS
    this.acme.stage.world.state.now = this.now()
    const words = {
      env: { AHEAD_MS: String(ahead), ...this.env },
      preload: ['test/build/clock-ahead.mjs'],
    }
    const { code, stdout, stderr } = await this.acme.apply(words, 'push')
    return [code ?? -1, stdout + stderr]
  }

  async ends(): Promise<number> {
    const { certificatePem } = await pairOf(this.at.place, 'jane')
    return (Date.parse(new X509Certificate(certificatePem).validTo) - this.start) / MINUTE_MS
  }
}

async function scene(act: (scene: Scene) => Promise<void>, policy: object = POLICY): Promise<void> {
  const played = new Scene()
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
  const now = (): Date => played.now()
  const at = await accessPlace('embedded cluster', {
    roles: { 'cs-reader': rules },
    embedded: { now },
  })
  try {
    const files = { 'countersign.yaml': at.config, 'policies/people.yaml': policy }
    await withAcme(at.place, { visibility: 'private', files }, async acme => {
      played.at = at
      played.acme = acme
      await act(played)
    })
  } finally {
    await at.end()
  }
}

interface Person {
  readonly types: (line: string) => Promise<string>
  readonly home: Workshop
  /** The code of a call with the login in a kubeconfig. */
  readonly code: (kubeconfig: string) => Promise<number>
}

/** jane keeps her own key, and fetches her certificate from the comment. */
async function withOwnKey(act: (played: Scene, person: Person) => Promise<void>): Promise<void> {
  const home = new Workshop()
  const service = new ArtifactService()
  await service.start()
  const policy = { ...POLICY, opaque: 'allow', sinks: [{ artifact: {} }] }
  try {
    await scene(async played => {
      const { acme, at } = played
      home.write('certs/countersign.yaml', usualFile('countersign.yaml', at.config))
      home.write('certs/policies/people.yaml', usualFile('policies/people.yaml', policy))
      const permissions = { contents: 'read', pull_requests: 'read' } as const
      acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
      played.env = { ...service.jobEnvironment(4711), GITHUB_SERVER_URL: 'https://github.com' }
      const types = async (line: string): Promise<string> => {
        const env = { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN }
        const { code, stdout, stderr } = await home.run(line.split(' '), { env, folder: 'certs' })
        if (code !== 0) throw new Error(`${line}\n${stdout}${stderr}`)
        return stdout
      }
      const code = (text: string): Promise<number> => {
        const { user } = parse(text).users[0]
        const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
        const certificatePem = decoded(user['client-certificate-data'])
        const keyPem = decoded(user['client-key-data'])
        return codeFor({ certificatePem, keyPem }, READS, at.place)
      }
      await act(played, { types, home, code })
    }, policy)
  } finally {
    home.end()
    await service.close()
  }
}

describe('after the end', () => {
  test('no later run reports removed bindings as lost access', () =>
    scene(async played => {
      played.mergesEnd(30)
      await played.applies()
      for (const minutes of [32, 33, 90]) {
        played.minutes = minutes
        const [code, output] = await played.applies()
        expect([code, output]).toEqual([0, expect.stringContaining('1 unchanged')])
        expect(output).not.toContain('ACCESS_ENDED')
      }
      expect(await bindingsOfGrants(played.at.place)).toEqual([])
    }))

  test('the comment names no renewal of the last certificate', () =>
    scene(async played => {
      played.mergesEnd(30)
      await played.applies()
      const [{ body } = { body: '' }] = played.acme.comments(1)
      expect(body).toMatch(/Secret apps\/jane-tls` \| – \|/)
    }))
})

describe('an end that was changed', () => {
  test('raised, it gives a certificate that lasts until the new end', () =>
    scene(async played => {
      played.mergesEnd(60)
      await played.applies()
      played.minutes = 10
      played.mergesEnd(240)
      expect(await played.applies()).toEqual([0, expect.stringContaining('reissued')])
      expect(await played.ends()).toBeGreaterThan(230)
      expect(await played.ends()).toBeLessThanOrEqual(240)
    }))

  test('lowered, it ends the access of the certificate before with the next run', () =>
    scene(async played => {
      played.mergesEnd(240)
      await played.applies()
      const before = await pairOf(played.at.place, 'jane')
      played.minutes = 20
      played.mergesEnd(120)
      expect(await played.applies()).toEqual([0, expect.stringContaining('reissued')])
      expect(await played.ends()).toBeLessThanOrEqual(120)
      played.minutes = 30
      await played.applies()
      expect(await codeFor(before, READS, played.at.place)).toBe(403)
    }))

  test('lowered to a time that has passed, it ends the access and the Secret with the next run', () =>
    scene(async played => {
      played.mergesEnd(240)
      await played.applies()
      const before = await pairOf(played.at.place, 'jane')
      played.minutes = 30
      played.mergesEnd(29)
      await played.applies()
      expect(await bindingsOfGrants(played.at.place)).toEqual([])
      expect(await codeFor(before, READS, played.at.place)).toBe(403)
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))

  test('written in another time zone, it changes nothing', () =>
    scene(async played => {
      const until = played.time(240)
      played.merges({ [JANE]: { access: ACCESS, until: until.toISOString() } })
      await played.applies()
      const local = new Date(until.getTime() + 330 * MINUTE_MS).toISOString()
      played.minutes = 10
      played.merges({ [JANE]: { access: ACCESS, until: local.replace('Z', '+05:30') } })
      expect(await played.applies()).toEqual([0, expect.stringContaining('1 unchanged')])
    }))
})

describe('an end, and what else ends access', () => {
  test('lowered without an approval to a time that has passed, it ends nothing', () =>
    scene(async played => {
      played.mergesEnd(240)
      await played.applies()
      const pair = await pairOf(played.at.place, 'jane')
      played.minutes = 30
      played.merges({ [JANE]: { access: ACCESS, until: played.time(29).toISOString() } }, false)
      expect(await played.applies()).toEqual([1, expect.stringContaining('APPROVAL_MISSING')])
      expect(await codeFor(pair, READS, played.at.place)).toBe(200)
      expect(await pairOf(played.at.place, 'jane')).toEqual(pair)
    }))

  test('lowered after a renewal, it also ends the access of the certificate before the renewal', () =>
    scene(async played => {
      const short = { duration: '1h', renewBefore: '30m' }
      played.mergesEnd(240, short)
      await played.applies()
      const before = await pairOf(played.at.place, 'jane')
      played.minutes = 35
      expect(await played.applies()).toEqual([0, expect.stringContaining('renewed')])
      played.minutes = 36
      played.mergesEnd(52, short)
      expect(await played.applies()).toEqual([0, expect.stringContaining('reissued')])
      played.minutes = 53
      await played.applies()
      expect(await codeFor(before, READS, played.at.place)).toBe(403)
    }))

  test('after the withdrawal of a lowered end, later runs have nothing to do', () =>
    scene(async played => {
      played.mergesEnd(240)
      await played.applies()
      played.minutes = 30
      played.mergesEnd(29)
      expect(await played.applies()).toEqual([0, expect.stringContaining('withdrawn')])
      played.minutes = 31
      expect(await played.applies()).toEqual([0, expect.stringContaining('nothing to issue')])
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))

  test('withdraw: true after the end deletes the Secret', () =>
    scene(async played => {
      played.mergesEnd(30)
      await played.applies()
      played.minutes = 40
      played.mergesEnd(30, { withdraw: true })
      expect(await played.applies()).toEqual([0, expect.stringContaining('withdrawn')])
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))

  test('an end that is removed gives a certificate of the whole duration', () =>
    scene(async played => {
      played.mergesEnd(30)
      await played.applies()
      played.minutes = 40
      played.mergesEnd(null)
      expect(await played.applies()).toEqual([0, expect.stringContaining('reissued')])
      expect(await played.ends()).toBeGreaterThan(7000)
    }))

  test('a Secret that is deleted before the end gets a certificate until then, and later none', () =>
    scene(async played => {
      const secret = '/api/v1/namespaces/apps/secrets/jane-tls'
      played.mergesEnd(60)
      await played.applies()
      await played.at.place.admin.delete(secret)
      played.minutes = 20
      await played.applies()
      expect(await played.ends()).toBeLessThanOrEqual(60)
      await played.at.place.admin.delete(secret)
      played.minutes = 50
      expect(await played.applies()).toEqual([0, expect.stringContaining('1 unchanged')])
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))

  test('a raised reissue in the last eleven minutes is refused', () =>
    scene(async played => {
      played.mergesEnd(60)
      await played.applies()
      played.minutes = 50
      played.mergesEnd(60, { reissue: 1 })
      expect(await played.applies()).toEqual([1, expect.stringContaining('REQUEST_UNTIL')])
      expect(await played.ends()).toBeLessThanOrEqual(60)
    }))
})

describe('an own key', () => {
  test('an earlier certificate of the same PKCS#10 has no access after a lowered end', () =>
    withOwnKey(async (played, { types, home, code }) => {
      const [late, early] = [240, 60].map(each => played.time(each).toISOString())
      await types(`new jane --own-key --group developers --access cs-reader@apps --until ${late}`)
      const text = home.read(`certs/${JANE}`)
      played.merges({ [JANE]: text })
      await played.applies()
      const first = await types('kubeconfig jane --repository acme/certs --embed-key --pr 1')
      expect(await code(first)).toBe(200)
      played.minutes = 20
      played.merges({ [JANE]: text.replace(late ?? '', early ?? '') })
      const [, output] = await played.applies()
      expect(output).toContain('countersign new jane --own-key --rekey')
      played.minutes = 61
      await played.applies()
      expect(await code(first)).toBe(403)
    }))
})

describe('maxUntil that was added after the issue', () => {
  test('a deleted Secret gives no certificate that the policy does not allow', () =>
    scene(async played => {
      played.mergesEnd(null)
      await played.applies()
      played.minutes = 20
      played.merges({ 'policies/people.yaml': { ...POLICY, maxUntil: '4h' } })
      await played.at.place.admin.delete('/api/v1/namespaces/apps/secrets/jane-tls')
      played.minutes = 40
      expect(await played.applies()).toEqual([1, expect.stringContaining('POLICY_UNTIL')])
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))
})

describe('a runner with a wrong clock', () => {
  test.each([-120, 120])(
    '%i minutes from that of the cluster, no certificate ends too late',
    skew =>
      scene(async played => {
        played.mergesEnd(240)
        await played.applies(skew)
        expect(await played.ends()).toBeLessThanOrEqual(240)
      }),
  )

  test('two hours behind, after the end it issues nothing', () =>
    scene(async played => {
      played.mergesEnd(30)
      played.minutes = 31
      const [code, output] = await played.applies(-120)
      expect([code, output]).toEqual([expect.anything(), expect.stringContaining('REQUEST_UNTIL')])
      await expect(pairOf(played.at.place, 'jane')).rejects.toThrow()
    }))
})
