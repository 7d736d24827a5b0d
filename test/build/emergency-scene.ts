// A controller at acme with the guard in the embedded cluster, and people of the emergency with kubeconfigs of their own.
import type { Installation } from '../../src/domain/cluster/installation.ts'
import { guardManifests } from '../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../src/setup/rbac/apply-identity.ts'
import { scene } from './controller-scene.ts'
import type { Scene } from './controller-scene.ts'
import type { RunningController } from './controller-run.ts'
import { configuration } from './github-run.ts'
import { applyOnServer, inForce } from './guarded-cluster.ts'
import { personOf } from './history/people.ts'
import { usualFile } from './history/usual-files.ts'
import { installation } from './installation.ts'
import type { Ran } from './reuse/run.ts'
import { Workshop } from './workshop.ts'

export const JANE = 'requests/people/jane.yaml'
export const MAPS = '/api/v1/namespaces/apps/configmaps'
export const ASK = `${MAPS}/countersign.emergency.acme-certs.jane`
export const KEPT = `${MAPS}/countersign-acme-certs-trusted.files`
export const FIRST = 'owner@example.com'
export const SECOND = 'reviewer@example.com'
export const AWAY = { kind: 'serverError', status: 503, times: 1_000_000 } as const
export const APPROVAL = {
  configuration: { required: 1, users: [personOf('owner')] },
  requests: { required: 1 },
}
export const EMERGENCY = {
  people: [FIRST, SECOND],
  maxDuration: '4h',
  requests: ['jane', 'web'],
}
/** Seconds of one look with this pace. */
export const MINUTE = 60
export const PACE = { look: MINUTE, renew: MINUTE, giveUp: 600, duration: 900 }

interface SeenRecord {
  readonly issued: {
    readonly path: string
    readonly certificate: string
    readonly proof: { readonly kind: string }
  }
  readonly history: readonly { readonly grant: string }[]
}

export interface Emergency extends Scene {
  readonly as: (person: string, ...args: readonly string[]) => Promise<Ran>
  readonly ask: (request: string, life?: string, reason?: string) => Promise<void>
  readonly record: (request?: string) => Promise<SeenRecord>
  readonly run: (args: readonly string[]) => Promise<Ran>
  readonly revoke: (name: string) => Promise<Ran>
  /** Request files of the checkout of `run`. */
  readonly checkout: (files: Readonly<Record<string, object>>) => void
  readonly begin: () => Promise<RunningController>
}

export async function emergency(
  act: (scene: Emergency) => Promise<void>,
  {
    installed = {},
    config = {},
    rules = EMERGENCY,
    controllers = 1,
  }: {
    readonly controllers?: number
    readonly installed?: Partial<Installation>
    readonly config?: Readonly<Record<string, unknown>>
    readonly rules?: typeof EMERGENCY
  } = {},
): Promise<void> {
  const workshop = new Workshop()
  const CONFIG = { approval: APPROVAL, emergency: rules, ...config }
  await scene(
    async given => {
      const { place, cluster } = given
      const all = { ...installedAt(given, rules), ...installed }
      await applyOnServer(identityManifests(all), place.admin)
      await applyOnServer(guardManifests(all, { approvers: [] }), place.admin)
      await inForce(place.admin)
      workshop.write(
        'countersign.yaml',
        usualFile('countersign.yaml', configuration(place, CONFIG)),
      )
      for (const person of [FIRST, SECOND, 'maintainer@example.com', 'stranger'])
        workshop.write(`${person}.kubeconfig`, cluster.kubeconfig(person))
      const as: Emergency['as'] = (person, ...args) => {
        const KUBECONFIG_PROD = workshop.read(`${person}.kubeconfig`)
        return workshop.run(['emergency', ...args], { env: { KUBECONFIG_PROD } })
      }
      await act({
        ...given,
        as,
        ask: async (request, life = '1h', reason = 'the forge is down') => {
          const one = await as(FIRST, request, '--for', life, '--reason', reason)
          const two = await as(SECOND, request, '--for', life, '--yes')
          if (one.code !== 0 || two.code !== 0)
            throw new Error(`${one.stdout}${one.stderr}\n${two.stdout}${two.stderr}`)
        },
        record: async (request = 'jane') => {
          const { body } = await place.admin.get(`${MAPS}/countersign-acme-certs-${request}`)
          return JSON.parse(body.data?.['record.json'] ?? 'null')
        },
        run: args => workshop.run(args, { env: { KUBECONFIG_PROD: place.kubeconfig } }),
        revoke: name =>
          workshop.run(['revoke', name, '--yes'], {
            env: { KUBECONFIG_PROD: cluster.adminKubeconfig() },
          }),
        checkout: files => {
          for (const [path, changes] of Object.entries(files))
            workshop.write(path, usualFile(path, changes as Readonly<Record<string, unknown>>))
        },
        begin: async () => {
          const controller = await given.start({ pace: PACE })
          await given.clock.passes(3 * MINUTE)
          return controller
        },
      })
    },
    CONFIG,
    controllers,
    undefined,
    true,
  ).finally(() => workshop.end())
}

export function installedAt({ place }: Scene, rules = EMERGENCY): Installation {
  const usual = installation()
  return installation({
    owner: place.owner,
    cluster: { ...usual.cluster, recordNamespace: place.namespace },
    subject: { kind: 'User', name: place.user },
    planner: null,
    emergency: { ...rules, maxDurationSeconds: 14_400 },
  })
}
