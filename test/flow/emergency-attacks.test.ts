// Attacks on emergency access: what gets nothing issued, what takes the emergency away from nobody, and what people see.
import { X509Certificate } from 'node:crypto'
import { expect, test } from '@jest/globals'
import {
  FIRST,
  APPROVAL,
  ASK,
  AWAY,
  SECOND,
  EMERGENCY,
  JANE,
  MAPS,
  MINUTE,
  emergency,
} from '../build/emergency-scene.ts'
import type { Emergency } from '../build/emergency-scene.ts'
import { configuration } from '../build/github-run.ts'
import { MERGE_PATCH } from '../build/api-client.ts'
import { inForce } from '../build/guarded-cluster.ts'
import type { Ran } from '../build/reuse/run.ts'

const codes = (problems: readonly { readonly code: string }[]): readonly string[] => [
  ...new Set(problems.map(({ code }) => code)),
]
const said = ({ stdout, stderr }: Ran): string => `${stdout}${stderr}`
const FORGED = {
  metadata: {
    name: 'countersign.emergency.acme-certs.jane',
    labels: { 'countersign.dev/emergency': 'acme-certs' },
  },
  data: { request: 'jane', seconds: '3600', reason: 'forged', first: FIRST, second: SECOND },
}
const GUARD = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'

test.each([
  ['another organization', { subject: { organizations: ['viewers'] } }],
  ['a withdrawal', { withdraw: true }],
])(
  'a push of %s that nobody approved changes nothing of what two people get issued',
  async (_, change) => {
    await emergency(async ({ acme, clock, setNow, ask, record, begin }) => {
      setNow()
      acme.merges(1, { [JANE]: { duration: '12h' } })
      const controller = await begin()
      setNow()
      acme.does('author pushes to main', { [JANE]: { duration: '12h', ...change } })
      await clock.passes(3 * MINUTE)
      expect(controller.done().at(-1)).toMatch(/^refused jane/)
      acme.github.faults.push(AWAY)
      await ask('jane')
      await clock.passes(3 * MINUTE)
      const { issued } = await record()
      expect(issued.proof.kind).toBe('emergency')
      const { subject } = new X509Certificate(issued.certificate)
      expect(subject).toMatch(/^O=developers \+ O=countersign:[^\n]+\nCN=jane$/)
    })
  },
)

test('large files of the same name that nobody approved take no emergency away, and are not issued', async () => {
  await emergency(async ({ acme, clock, setNow, begin, ask, record }) => {
    setNow()
    acme.merges(1, { 'requests/people/z/jane.yaml': { duration: '12h' } })
    const controller = await begin()
    setNow()
    const pushed = Array.from({ length: 20 }, (__, n) => [
      `requests/people/a${n}/jane.yaml`,
      { duration: '12h', lines: 5000 },
    ])
    acme.does('author pushes to main', Object.fromEntries(pushed))
    await clock.passes(3 * MINUTE)
    acme.github.faults.push(AWAY)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toEqual(['GITHUB_UNAVAILABLE'])
    expect((await record()).issued).toMatchObject({
      path: 'requests/people/z/jane.yaml',
      proof: { kind: 'emergency' },
    })
  })
})

test('a request that the plan blocks, because its common name belongs to another file, is not issued', async () => {
  await emergency(async ({ acme, clock, setNow, ask, begin, certificates }) => {
    setNow()
    acme.merges(1, { 'requests/people/other.yaml': { duration: '12h' } })
    const controller = await begin()
    setNow()
    acme.merges(2, { 'requests/people/web.yaml': { duration: '12h', commonName: 'other' } })
    await clock.passes(3 * MINUTE)
    expect(controller.done().at(-1)).toBe('refused web PLAN_NAME_TWICE')
    acme.github.faults.push(AWAY)
    await ask('web')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_REQUEST')
    expect(await certificates()).toBe(1)
  })
})

test('a withdrawal that was approved ends the emergency of the request', async () => {
  await emergency(async ({ acme, clock, setNow, ask, begin, certificates }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    setNow()
    acme.merges(2, { [JANE]: { duration: '12h', withdraw: true } })
    await clock.passes(3 * MINUTE)
    expect(controller.done().at(-1)).toBe('withdrawn jane')
    acme.does('author pushes to main', { [JANE]: { duration: '12h' } })
    await clock.passes(3 * MINUTE)
    acme.github.faults.push(AWAY)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_REQUEST')
    expect(await certificates()).toBe(1)
  })
})

test('a request whose end passed is refused, and a certificate ends with its request', async () => {
  await emergency(async ({ acme, clock, setNow, ask, record, begin, certificates }) => {
    setNow()
    const until = new Date(clock.now().getTime() + 2 * 3_600_000)
    acme.merges(1, { [JANE]: { duration: '1h', until: until.toISOString() } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    await clock.passes(70 * MINUTE)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    const { issued } = await record()
    expect(issued.proof.kind).toBe('emergency')
    expect(new Date(new X509Certificate(issued.certificate).validTo) <= until).toBe(true)
    const before = await certificates()
    await clock.passes(3600)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('REQUEST_UNTIL')
    expect(await certificates()).toBe(before)
  })
})

async function removesReviewer({ acme, place, setNow }: Emergency): Promise<void> {
  setNow()
  const rules = { ...EMERGENCY, people: [FIRST, 'maintainer@example.com'] }
  const config = configuration(place, { approval: APPROVAL, emergency: rules })
  acme.does('author pushes to change-2', { 'countersign.yaml': config })
  acme.does('author opens PR2 from change-2')
  acme.does('owner approves PR2')
  acme.does('author merges PR2 (squash)')
}

test('a person whom a merged commit removed gets nothing at the look that sees the commit', async () => {
  await emergency(async given => {
    const { acme, clock, setNow, ask, begin, certificates } = given
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    await ask('jane')
    await removesReviewer(given)
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_PERSON')
    expect(await certificates()).toBe(1)
  })
})

test('while passes of a newer commit fail and GitHub answers, asks wait and are reported', async () => {
  await emergency(async given => {
    const { acme, clock, setNow, ask, record, begin, certificates } = given
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    await removesReviewer(given)
    acme.does('author pushes to main', { 'policies/more.yaml': { sinks: [] } })
    await clock.passes(5 * MINUTE)
    expect(codes(controller.problems)).toContain('APPROVAL_DIRECT_PUSH')
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_FILES')
    expect(await certificates()).toBe(1)
    expect((await record()).issued.proof.kind).toBe('review')
  })
})

test('a person whom a commit removed that a pass refused gets nothing after GitHub went away', async () => {
  await emergency(async given => {
    const { acme, clock, setNow, ask, begin, certificates } = given
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    await removesReviewer(given)
    acme.does('author pushes to main', { 'policies/more.yaml': { sinks: [] } })
    await clock.passes(5 * MINUTE)
    acme.github.faults.push(AWAY)
    await ask('jane')
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_FILES')
    expect(await certificates()).toBe(1)
  })
})

test('an ask that was forged under a policy with an exception does not count', async () => {
  await emergency(async ({ acme, clock, place, setNow, begin, certificates }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    const condition = { name: 'not-me', expression: "request.userInfo.username != 'admin'" }
    const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies'
    const weak = { spec: { matchConditions: [condition] } }
    await place.admin.patch(`${policies}/countersign-acme-certs-emergency`, weak, MERGE_PATCH)
    await inForce(place.admin)
    await clock.passes(3 * MINUTE)
    expect((await place.admin.post(MAPS, FORGED)).code).toBe(201)
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_UNGUARDED')
    expect(await certificates()).toBe(1)
  })
})

test('an ask whose certificate reached no Secret is tried again', async () => {
  await emergency(async ({ acme, clock, cluster, setNow, ask, record, begin }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    await ask('jane')
    const toSecret = { method: 'PATCH', path: /secrets\/jane-tls/ }
    cluster.faults.plan(toSecret, { kind: 'answer', code: 500 }, 20)
    await clock.passes(2 * MINUTE)
    expect(controller.done().at(-1)).toMatch(/^(failed|waiting) jane/)
    cluster.faults.clear()
    await clock.passes(6 * MINUTE)
    expect(controller.done().at(-1)).toBe('issued jane')
    expect((await record()).issued.proof.kind).toBe('emergency')
  })
})

test('an ask that was forged while the guard only audited does not count after the guard denies again', async () => {
  await emergency(async ({ acme, clock, place, setNow, begin, certificates }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    const binding = `${GUARD}/countersign-acme-certs-emergency`
    await place.admin.patch(binding, { spec: { validationActions: ['Audit'] } }, MERGE_PATCH)
    await inForce(place.admin)
    expect((await place.admin.post(MAPS, FORGED)).code).toBe(201)
    await place.admin.patch(binding, { spec: { validationActions: ['Deny'] } }, MERGE_PATCH)
    await inForce(place.admin)
    await clock.passes(3 * MINUTE)
    expect(codes(controller.problems)).toContain('EMERGENCY_UNGUARDED')
    expect(await certificates()).toBe(1)
  })
})

test('an ask that nobody joined is deleted when it is over, and another person replaces it', async () => {
  await emergency(async ({ acme, clock, place, setNow, begin, as }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    expect((await as(FIRST, 'jane', '--for', '1h', '--reason', 'down')).code).toBe(0)
    await clock.passes(2 * 3600)
    expect((await place.admin.get(ASK)).code).toBe(404)
    expect(codes(controller.problems)).toEqual(['EMERGENCY_PERSON'])
  })
})

test('after a failure of the signer each look reports that the ask waits, and until when', async () => {
  await emergency(async ({ acme, clock, cluster, setNow, begin, ask }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    const controller = await begin()
    acme.github.faults.push(AWAY)
    cluster.signerFaults({ failure: 'the CA is locked' })
    await ask('jane')
    await clock.passes(5 * MINUTE)
    expect(controller.done().slice(0, 3)).toEqual([
      'issued jane',
      'failed jane CLUSTER_FAILED',
      'waiting jane',
    ])
  })
})

test('the bindings of each of two emergencies end with their certificate', async () => {
  await emergency(async ({ acme, clock, setNow, begin, ask, place, record }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' }, 'requests/people/web.yaml': { duration: '12h' } })
    await begin()
    acme.github.faults.push(AWAY)
    await ask('jane', '2h')
    await clock.passes(2 * MINUTE)
    await ask('web', '10m')
    await clock.passes(2 * MINUTE)
    const grantOf = async (name: string): Promise<string> =>
      (await record(name)).history.at(-1)?.grant ?? ''
    const grants = [await grantOf('jane'), await grantOf('web')]
    const live = async (): Promise<readonly boolean[]> => {
      const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/apps/rolebindings'
      const { items } = (await place.admin.get(path)).body
      const names: readonly string[] = items.map(({ metadata }) => metadata.name)
      return grants.map(grant => names.some(name => name.startsWith(`${grant}:`)))
    }
    expect(await live()).toEqual([true, true])
    await clock.passes(30 * MINUTE)
    expect(await live()).toEqual([true, false])
    await clock.passes(4 * 3600)
    expect(await live()).toEqual([false, false])
  })
})

test('the second person sees the reason of the first, says yes, and gives no other reason', async () => {
  await emergency(async ({ acme, clock, setNow, begin, as, place, run, checkout }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    await begin()
    acme.github.faults.push(AWAY)
    await as(SECOND, 'jane', '--for', '1h', '--reason', 'prepared\n\u001b[2J by reviewer')
    const asked = 'reviewer@example.com asked for jane for 1h at '
    const other = said(await as(FIRST, 'jane', '--for', '1h', '--reason', 'mine', '--yes'))
    expect(other).toContain('RUN_USAGE')
    expect(other).toContain(asked)
    const unsure = said(await as(FIRST, 'jane', '--for', '1h'))
    expect(unsure).toContain(asked)
    expect(unsure).toContain('nothing was done')
    expect((await place.admin.get(ASK)).body.data).not.toHaveProperty('second')
    expect((await as(FIRST, 'jane', '--for', '1h', '--yes')).code).toBe(0)
    await clock.passes(3 * MINUTE)
    const requests = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
    const approvals = JSON.stringify((await place.admin.get(requests)).body)
    expect(approvals).toContain('prepared\\\\u{a}\\\\u{1b}[2J by reviewer')
    const policy = { sinks: [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }] }
    for (const change of [{}, { withdraw: true }, { subject: { organizations: ['denied'] } }]) {
      checkout({ [JANE]: { duration: '12h', ...change }, 'policies/people.yaml': policy })
      const status = (await run(['status'])).stdout.replaceAll(/\s+/g, ' ')
      expect(status).toContain('EMERGENCY: reviewer@example.com and owner@example.com')
    }
  })
})

test('without a whole pass the command says that nothing is kept, and writes no ask', async () => {
  await emergency(async ({ acme, setNow, begin, as, place }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    acme.github.faults.push(AWAY)
    await begin()
    const asked = said(await as(FIRST, 'jane', '--for', '1h', '--reason', 'down'))
    expect(asked).toContain('EMERGENCY_FILES')
    expect((await place.admin.get(ASK)).code).toBe(404)
  })
})

test('an emergency is renewed by the proof of a review only after its end', async () => {
  await emergency(
    async ({ acme, clock, setNow, ask, begin, certificates, record }) => {
      setNow()
      acme.merges(1, { [JANE]: { duration: '12h' } })
      await begin()
      acme.github.faults.push(AWAY)
      await ask('jane', '10m')
      await clock.passes(8 * MINUTE)
      expect(await certificates()).toBe(2)
      expect((await record()).issued.proof.kind).toBe('emergency')
      await clock.passes(6 * MINUTE)
      expect((await record()).issued.proof.kind).toBe('review')
    },
    { config: { approval: { ...APPROVAL, offlineGrace: '72h' } } },
  )
})

test('a person whom an old checkout does not name is judged by what the controller kept', async () => {
  await emergency(async ({ acme, place, setNow, begin, as, checkout }) => {
    setNow()
    acme.merges(1, { [JANE]: { duration: '12h' } })
    await begin()
    const people = ['maintainer@example.com', SECOND]
    const config = { approval: APPROVAL, emergency: { ...EMERGENCY, people } }
    checkout({ 'countersign.yaml': configuration(place, config) })
    const asked = await as(FIRST, 'jane', '--for', '1h', '--reason', 'the forge is down')
    expect(said(asked)).toContain('asked for jane')
  })
})
