// countersign controller as a process: its log, its endpoints, its Events, and its end at SIGTERM.
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { withAcme } from '../build/at-acme.ts'
import { configuration, MAY_READ } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { describeWhole } from '../build/extent.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { placeIn, standingIn } from '../build/place.ts'
import type { Place } from '../build/place.ts'
import type { Ran } from '../build/reuse/run.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

const TOKEN = 'ghs_of_the_controller'
const KINDS: Readonly<Record<string, string>> = { Role: 'roles', RoleBinding: 'rolebindings' }

/** Each write of a pass that issues one certificate. */
const POINTS = [
  'POST /leases\\b 1',
  'PUT /leases\\b 1',
  'POST /configmaps\\b 1',
  'POST /certificatesigningrequests\\b 1',
  'PUT /approval$ 1',
  'PUT /configmaps\\b 1',
  'PATCH /secrets\\b 1',
  'PUT /configmaps\\b 2',
].flatMap(write => [`before ${write}`, `after ${write}`])

interface Running {
  readonly meanwhile?: (child: ChildProcess, lines: AsyncIterator<Line>) => Promise<void>
  readonly killAt?: string
}

interface Line {
  readonly level: string
  readonly message: string
  readonly address?: string
}

describeSubjects('the controller as a process', subject => {
  /** A place where the user of countersign also has what manifests controller prints. */
  const controllerPlace = async (): Promise<Place> => {
    const place = await placeIn(subject())
    const workshop = new Workshop()
    workshop.write('countersign.yaml', usualFile('countersign.yaml', configuration(place)))
    const kind = ['manifests', 'controller', '--user', place.user, '--cluster', 'prod']
    const { stdout } = await workshop.run(kind)
    workshop.end()
    for (const document of parseAllDocuments(stdout)) {
      const object = document.toJS()
      const { namespace } = object.metadata
      const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/${KINDS[object.kind]}`
      await place.admin.created(path, object)
    }
    return place
  }
  const run = async (acme: Acme, place: Place, { meanwhile, killAt }: Running): Promise<Ran> => {
    const workshop = new Workshop()
    try {
      acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_READ })
      const args = ['controller', '--repository', 'acme/certs', '--cluster', 'prod']
      return await workshop.run(
        [...args, '--trusted-config', await acme.digest(), '--listen', '127.0.0.1:0'],
        {
          env: {
            CI: 'true',
            GITHUB_API_URL: acme.url,
            GITHUB_TOKEN: TOKEN,
            KUBECONFIG_PROD: place.kubeconfig,
          },
          ...(killAt === undefined ? {} : { killAt }),
          meanwhile: async child => {
            if (child.stdout === null) throw new Error('no stdout')
            await meanwhile?.(child, linesOf(child.stdout))
          },
        },
      )
    } finally {
      workshop.end()
    }
  }
  const leaseOf = ({ namespace, owner }: Place): string =>
    `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/countersign-${owner}-controller`

  test('it logs JSON, answers probes and metrics, writes Events, and gives the Lease back at SIGTERM', async () => {
    const place = await controllerPlace()
    await withAcme(place, {}, async acme => {
      acme.merges(1, { 'requests/people/jane.yaml': 'usual' })
      const meanwhile: Running['meanwhile'] = async (child, lines) => {
        try {
          const { address = '' } = await lineWith(lines, 'listens')
          const ask = async (path: string): Promise<readonly [number, string]> => {
            const answer = await fetch(`http://${address}${path}`)
            return [answer.status, await answer.text()]
          }
          await lineWith(lines, 'jane: issued')
          await lineWith(lines, 'pass finished')
          expect(await ask('/healthz')).toEqual([200, 'ok\n'])
          expect(await ask('/readyz')).toEqual([200, 'ok\n'])
          expect((await ask('/'))[0]).toBe(404)
          const [, metrics] = await ask('/metrics')
          expect(metrics).toMatch(/^countersign_leader 1$/m)
          expect(metrics).toMatch(/^countersign_requests\{outcome="issued"\} 1$/m)
          expect(metrics).toMatch(
            new RegExp(
              `^x509_cert_not_after\\{.*subject_CN="jane",.*secret_namespace="${place.namespace}",secret_name="jane-tls",secret_key="tls.crt"\\} \\d+$`,
              'm',
            ),
          )
          expect(metrics).not.toMatch(/PRIVATE|BEGIN/)
        } finally {
          child.kill('SIGTERM')
        }
      }
      const ran = await run(acme, place, { meanwhile })
      expect(ran).toMatchObject({ code: 0, signal: null })
      const log = ran.stdout.trim().split('\n')
      expect(log.map(line => JSON.parse(line).message).at(-1)).toBe('stopped')
      expect(ran.stdout + ran.stderr).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/)
      const { body } = await place.admin.get(leaseOf(place))
      expect(body.spec).toMatchObject({ leaseTransitions: 0 })
      expect(body.spec).not.toMatchObject({ holderIdentity: expect.stringMatching(/./) })
      const events = await place.admin.get(
        `/apis/events.k8s.io/v1/namespaces/${place.namespace}/events`,
      )
      // The embedded cluster has no Events.
      if (events.code !== 404) {
        expect(events.body.items).toMatchObject([
          {
            type: 'Normal',
            reason: 'Issued',
            note: expect.stringContaining(`stored in Secret ${place.namespace}/jane-tls`),
            regarding: { kind: 'ConfigMap', name: `countersign-${place.owner}-jane` },
          },
        ])
      }
    })
  })

  describeWhole('killed', () =>
    test.each(POINTS)(
      'a controller that is killed %s leaves nothing that the next one does not end',
      async killAt => {
        const place = await controllerPlace()
        await withAcme(place, {}, async acme => {
          acme.merges(1, { 'requests/people/jane.yaml': 'usual' })
          expect(await run(acme, place, { killAt })).toMatchObject({ signal: 'SIGKILL' })
          // Half a minute later it would be free.
          await place.admin.delete(leaseOf(place))
          const meanwhile: Running['meanwhile'] = async (child, lines) => {
            await lineWith(lines, 'pass finished').finally(() => child.kill('SIGTERM'))
          }
          expect(await run(acme, place, { meanwhile })).toMatchObject({ code: 0 })
          expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
          const ran = await acme.apply()
          expect(ran.result.outcomes).toMatchObject([{ kind: 'kept', name: 'jane' }])
        })
      },
    ),
  )
})

async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<Line> {
  for await (const line of createInterface({ input: stream })) yield JSON.parse(line) as Line
}

/** Throws if the process ends first. */
async function lineWith(lines: AsyncIterator<Line>, message: string): Promise<Line> {
  for (;;) {
    const next = await lines.next()
    if (next.done === true) throw new Error(`the log ended without "${message}"`)
    if (next.value.message === message) return next.value
  }
}
