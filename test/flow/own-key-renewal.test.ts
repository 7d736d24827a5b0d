// A certificate for an own key is renewed with the same PKCS#10, and its requester has to fetch it: the comment holds it, and the
// notice shows it until the previous certificate expires.
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { MAY_NOTIFY } from '../build/github-run.ts'
import { newKey, opensslRequest } from '../build/openssl-request.ts'
import { rendered } from '../build/rendered.ts'
import type { ActionRan } from '../build/runner.ts'
import { kubeconfig } from '../build/workshop.ts'

const DAY_MS = 86_400_000
const JANE = 'requests/people/jane.yaml'
const { pem: PKCS10 } = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: newKey() })
const ARTIFACT = [{ artifact: {} }]
const SECRET = [{ secret: { namespace: 'apps', name: 'jane-tls' } }]

let service: ArtifactService
/** Days that have passed for the cluster, GitHub and the runner. */
let day = 0
let runs = 0
beforeEach(async () => {
  ;[day, runs] = [0, 0]
  service = new ArtifactService()
  await service.start()
})
afterEach(() => service.close())

interface Words {
  readonly sinks?: readonly unknown[]
  readonly visibility?: 'public' | 'private'
}

/** jane's certificate of 168 h is issued on day 0; its renewal is due 72 h before its expiry, or up to 10 % earlier. */
function withJane(
  act: (scene: Scene) => Promise<void>,
  { sinks = ARTIFACT, visibility = 'private' }: Words = {},
): Promise<void> {
  const allowed = [
    { secret: { namespaces: ['apps'], names: ['*-tls'] } },
    { artifact: { public: true } },
  ]
  return atAcme(
    async scene => {
      scene.acme.merges(1, { [JANE]: { request: PKCS10, sinks } })
      expect(await runOf(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      await act(scene)
    },
    {
      given: { visibility, files: { 'policies/people.yaml': { sinks: allowed } } },
      cluster: { now: () => new Date(Date.now() + day * DAY_MS) },
    },
  )
}

/** A scheduled run on a later day. */
function runOn(later: number, scene: Scene): Promise<ActionRan> {
  scene.acme.does(`${later - day} days pass`)
  day = later
  return runOf(scene)
}

function runOf({ acme, place, cluster }: Scene): Promise<ActionRan> {
  const env = {
    ...service.jobEnvironment((runs += 1)),
    GITHUB_SERVER_URL: 'https://github.com',
    KUBECONFIG_PROD: kubeconfig(place, cluster.clientFor(place.user)),
    AHEAD_MS: String(day * DAY_MS),
  }
  const words = { env, permissions: MAY_NOTIFY, preload: ['test/build/clock-ahead.mjs'] }
  return acme.apply(words, runs === 1 ? 'push' : 'schedule')
}

const commented = ({
  acme,
}: Scene): { readonly body: string; readonly certificate: X509Certificate } => {
  const [comment, ...others] = acme.comments(1)
  if (comment === undefined || others.length > 0) throw new Error('not one comment')
  return { body: comment.body, certificate: new X509Certificate(comment.body) }
}

/** Rows of the notice without the table head. */
const rowsOf = ({ acme }: Scene): readonly (readonly string[])[] =>
  rendered(acme.issues()[0]?.body ?? '').rows.slice(1)

test('the schedule renews a certificate for an own key, comments it and asks in the notice to fetch it', () =>
  withJane(async scene => {
    const { acme } = scene
    const first = commented(scene)
    expect(await runOn(1, scene)).toMatchObject({ outputs: { 'renewed-count': '0' } })
    expect(acme.issues()).toEqual([])

    expect(await runOn(5, scene)).toMatchObject({ code: 0, outputs: { 'renewed-count': '1' } })
    const { body, certificate } = commented(scene)
    expect(certificate.serialNumber).not.toBe(first.certificate.serialNumber)
    expect(certificate.publicKey.equals(first.certificate.publicKey)).toBe(true)
    expect(rendered(body).text).toContain('jane on prod renewed: serial')
    const end = new Date(first.certificate.validTo).toISOString()
    const minute = end.slice(0, 16).replace('T', ' ')
    expect(body).toContain(`The certificate before works until ${minute}Z.`)
    expect(body).toContain('--pr 1')
    const asked = { title: 'countersign: 1 request needs attention', state: 'open' }
    expect(acme.issues()).toMatchObject([asked])
    expect(rowsOf(scene)).toEqual([
      [
        'jane on prod',
        expect.stringMatching(`^${minute}Z, in 1d`),
        expect.stringContaining('(PLAN_OWN_KEY_RENEWED)'),
        'fetch the new one from the comment on #1 before the old one ends, unless you did; kubectl fetches it by itself after countersign kubeconfig jane --pr 1 --merge',
      ],
    ])

    expect(await runOn(6, scene)).toMatchObject({ outputs: { 'renewed-count': '0' } })
    expect(acme.issues()).toMatchObject([asked])
    expect(rowsOf(scene).map(row => row[1])).toEqual([expect.stringMatching(/, in 23h/)])

    expect(await runOn(7, scene)).toMatchObject({ code: 0, outputs: { 'renewed-count': '0' } })
    expect(acme.issues()).toMatchObject([{ state: 'closed' }])
    expect(commented(scene).body).toBe(body)
  }))

test('the notice of a public repository names the artifact to fetch', () =>
  withJane(
    async scene => {
      await runOn(5, scene)
      expect(rowsOf(scene)[0]?.[3]).toMatch(/from artifact jane of the run.*--artifact jane/)
      expect(scene.acme.comments(1)[0]?.body).toContain('The certificate before works until')
      expect(scene.acme.comments(1)[0]?.body).not.toContain('BEGIN CERTIFICATE')
    },
    { visibility: 'public' },
  ))

test('the notice does not ask to fetch a renewal that a Secret holds', () =>
  withJane(
    async scene => {
      expect(await runOn(5, scene)).toMatchObject({ outputs: { 'renewed-count': '1' } })
      expect(scene.acme.issues()).toEqual([])
    },
    { sinks: SECRET },
  ))

test('the notice does not ask to fetch a certificate for a new key', () =>
  withJane(async scene => {
    const { pem } = opensslRequest({ subject: '/O=developers/CN=jane' })
    scene.acme.merges(2, { [JANE]: { request: pem, sinks: ARTIFACT } })
    expect(await runOf(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
    expect(await runOf(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '0' } })
    expect(scene.acme.issues()).toEqual([])
  }))
