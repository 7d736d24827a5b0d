// Emergency access on API servers, with the clock of this machine: kubectl works with the certificate of the emergency.
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from '@jest/globals'
import { guardManifests } from '../../src/setup/guard/guard-policies.ts'
import { controllerManifests } from '../../src/setup/rbac/least-rights.ts'
import { codeFor, pairOf } from '../build/access-place.ts'
import { RECORD } from '../build/controller-scene.ts'
import { ASK } from '../build/emergency-scene.ts'
import { RunningController } from '../build/controller-run.ts'
import { Acme, configuration } from '../build/github-run.ts'
import { GUARDED, inForce, startGuarded, until } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { installation } from '../build/installation.ts'
import type { Place } from '../build/place.ts'
import { SimulatedClock } from '../build/simulated-clock.ts'
import type { Credential } from '../build/api-client.ts'
import { kubeconfig, Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const PEOPLE = ['owner@example.com', 'reviewer@example.com'] as const
const EMERGENCY = { people: PEOPLE, maxDuration: '4h', requests: ['jane'] }
const CONFIG = {
  approval: {
    configuration: { required: 1, users: [personOf('owner')] },
    requests: { required: 1 },
  },
  emergency: EMERGENCY,
}
const POLICY = { sinks: [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }] }
/** In the row of a certificate in use, or as a finding. */
const RED = expect.stringMatching(
  /EMERGENCY: owner@example\.com and reviewer@example\.com \(the forge is down\); |AUDIT_EMERGENCY|no pull request approved it: EMERGENCY: owner/,
)
const PACE = { look: 1, renew: 1, giveUp: 600, duration: 900 }

test.each(GUARDED)(
  '%s: two kubeconfigs get a certificate issued without GitHub, and it works in the cluster',
  async kind => {
    const usual = installation()
    const installed = installation({
      cluster: { ...usual.cluster, recordNamespace: 'apps' },
      subject: { kind: 'ServiceAccount', namespace: 'apps', name: 'countersign-apply' },
      planner: null,
      signers: [{ name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: null }],
      emergency: { ...EMERGENCY, maxDurationSeconds: 14_400 },
    })
    const logins = new Map<string, Credential>()
    const cluster = await startGuarded(installed, {}, kind, {
      before: async backend => {
        for (const person of PEOPLE) logins.set(person, await backend.user(person, [], []))
      },
    })
    const { admin, backend } = cluster
    const workshop = new Workshop()
    await cluster.apply(controllerManifests(installed))
    await cluster.apply(guardManifests(installed, { approvers: [] }))
    await inForce(admin)
    const token = await admin.created(
      '/api/v1/namespaces/apps/serviceaccounts/countersign-apply/token',
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: 3600 },
      },
    )
    const credential = { token: token.status.token ?? '' }
    const { server, caPem } = backend
    const place = {
      server,
      caPem,
      admin,
      credential,
      namespace: 'apps',
      owner: 'acme-certs',
      user: 'system:serviceaccount:apps:countersign-apply',
      kubeconfig: kubeconfig(backend, credential),
    }
    let clock = new SimulatedClock(new Date(), 2)
    const file = usualFile('countersign.yaml', configuration(place, CONFIG))
    workshop.write('countersign.yaml', file)
    const files = { 'countersign.yaml': configuration(place, CONFIG) }
    const acme = await Acme.open(place, { files }, () => clock.now())
    acme.stage.world.state.now = new Date(clock.now().getTime() - 600_000)
    acme.merges(1, { [JANE]: { duration: '12h' } })
    let controller = await RunningController.start(acme, clock, { pace: PACE })
    const as = (person: string, ...args: readonly string[]) =>
      workshop.run(['emergency', ...args], {
        env: { KUBECONFIG_PROD: kubeconfig(backend, logins.get(person) ?? {}) },
      })
    const screens = async () => {
      const env = { KUBECONFIG_PROD: kubeconfig(backend, backend.admin) }
      workshop.write(JANE, usualFile(JANE, { duration: '12h' }))
      workshop.write('policies/people.yaml', usualFile('policies/people.yaml', POLICY))
      const said = new Map<string, string>()
      for (const args of [['status'], ['status', '--html', 'page.html'], ['audit'], ['doctor']]) {
        const { stdout, stderr } = await workshop.run(args, { env })
        said.set(args.join(' '), `${stdout}${stderr}`.replaceAll(/\s+/g, ' '))
      }
      return said.set('status --html page.html', workshop.read('page.html'))
    }
    try {
      await clock.passes(4)
      expect(controller.problems).toEqual([])
      expect(controller.done()).toEqual(['issued jane'])
      acme.github.faults.push({ kind: 'serverError', status: 503, times: 1_000_000 })
      const first = await as(PEOPLE[0], 'jane', '--for', '10m', '--reason', 'the forge is down')
      expect(first).toMatchObject({ code: 0, stderr: '' })
      const alone = await as(PEOPLE[0], 'jane', '--for', '10m')
      expect(alone.stdout + alone.stderr).toContain('EMERGENCY_PERSON')
      await clock.passes(2)
      expect(controller.done()).toEqual(['issued jane'])
      const join = async () =>
        expect(await as(PEOPLE[1], 'jane', '--for', '10m', '--yes')).toMatchObject({ code: 0 })
      await join()
      // The guard counts a minute after it was applied. An ask from before is refused, and made again.
      await until(async () => {
        // The controller refuses to work with a clock that is ahead of the cluster's.
        if (clock.now().getTime() > Date.now()) return false
        await clock.passes(4)
        if (controller.done().length === 2) return true
        if ((await admin.get(ASK)).code === 200) return false
        await as(PEOPLE[0], 'jane', '--for', '10m', '--reason', 'the forge is down')
        await join()
        return false
      })
      expect(controller.done()).toEqual(['issued jane', 'issued jane'])
      const record = JSON.parse((await admin.get(RECORD)).body.data['record.json'] ?? '{}')
      expect(record.issued.proof).toMatchObject({
        kind: 'emergency',
        by: 'EMERGENCY: owner@example.com and reviewer@example.com (the forge is down)',
      })
      const pair = await pairOf(place, 'jane')
      expect(await codeFor(pair, '/version', place)).toBe(200)
      if (kind === 'real kube-apiserver') {
        workshop.write('jane.kubeconfig', kubeconfig(backend, pair))
        const holder = ['--kubeconfig', `${workshop.folder}/jane.kubeconfig`]
        expect(cluster.kubectl([...holder, 'auth', 'whoami'])).toContain('jane')
      }
      const codes = controller.problems.map(({ code }) => code)
      expect(codes.filter(code => !/^GITHUB_|^EMERGENCY_UNGUARDED$/.test(code))).toEqual([])
      for (const [name, text] of await screens()) expect([name, text]).toEqual([name, RED])

      // The controller ends, and another one starts without GitHub.
      await controller.stop()
      await as(PEOPLE[0], 'jane', '--for', '10m', '--reason', 'the forge is down')
      await join()
      const started = await workshop.run(
        [
          'controller',
          '--repository=acme/certs',
          '--cluster=prod',
          '--owner=acme-certs',
          '--listen=127.0.0.1:0',
          `--trusted-config=${await acme.digest()}`,
        ],
        { env: podOf(workshop, place, acme), meanwhile: untilIssued },
      )
      expect(started.stdout).toContain('jane was issued in an emergency')
      expect(started).toMatchObject({ code: 0, signal: null })
      expect((await admin.get(ASK)).code).toBe(404)
      const again = JSON.parse((await admin.get(RECORD)).body.data['record.json'] ?? '{}')
      expect(again.issued).toMatchObject({ n: record.issued.n + 1, proof: { kind: 'emergency' } })

      // GitHub is back, and a pull request for the same request is approved.
      acme.github.faults.clear()
      clock = new SimulatedClock(new Date(), 2)
      acme.stage.world.state.now = new Date(clock.now().getTime() - 600_000)
      acme.merges(2, { [JANE]: { duration: '12h', comment: 'asked for again' } })
      controller = await RunningController.start(acme, clock, { pace: PACE })
      await clock.passes(4)
      expect(controller.done()).toEqual(['issued jane'])
      for (const [name, text] of await screens()) expect([name, text]).not.toEqual([name, RED])
    } finally {
      await controller.stop()
      await acme.end()
      workshop.end()
      await cluster.end()
    }
  },
)

/** The environment of a pod of the controller. */
function podOf(workshop: Workshop, { server, caPem, namespace, ...place }: Place, acme: Acme) {
  workshop.write('pod/ca.crt', caPem)
  workshop.write('pod/namespace', namespace)
  workshop.write('pod/token', place.credential.token ?? '')
  const { hostname, port } = new URL(server)
  return {
    CI: 'true',
    COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: `${workshop.folder}/pod`,
    GITHUB_API_URL: acme.url,
    GITHUB_TOKEN: 'ghs_controller',
    KUBECONFIG_PROD: place.kubeconfig,
    KUBERNETES_SERVICE_HOST: hostname,
    KUBERNETES_SERVICE_PORT: port,
  }
}

async function untilIssued(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({ input: child.stdout ?? process.stdin }))
    if (JSON.parse(line).problem?.code === 'AUDIT_EMERGENCY') child.kill('SIGTERM')
}
