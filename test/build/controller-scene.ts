// One controller or more at acme on an embedded cluster; the controllers, the cluster and GitHub have the same simulated clock.
import type { Audit } from '../../src/sandbox/api/api-server.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { ApiClient } from './api-client.ts'
import { RunningController } from './controller-run.ts'
import type { ControllerWords } from './controller-run.ts'
import { Acme, configuration } from './github-run.ts'
import { ownPlace } from './place.ts'
import type { Place } from './place.ts'
import { SimulatedClock } from './simulated-clock.ts'

export const LEASE =
  '/apis/coordination.k8s.io/v1/namespaces/apps/leases/countersign-acme-certs-controller'
export const RECORD = '/api/v1/namespaces/apps/configmaps/countersign-acme-certs-jane'
export const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
export const HOUR = 3600
/** Seconds between two looks of these controllers. */
export const LOOK = 1800
/** Sleepers of one controller that does nothing. */
export const LOOPS = 2
const LOGIN = 'token-of-the-controller'
const ADMIN = 'token-of-the-administrator'

export interface Scene {
  readonly acme: Acme
  readonly clock: SimulatedClock
  readonly place: Place
  readonly cluster: SandboxCluster
  readonly start: (words?: ControllerWords) => Promise<RunningController>
  /** People act ten minutes before now. */
  readonly setNow: () => void
  /** The login of the controllers is `user`'s, or nobody's. */
  readonly setLogin: (user: string | null) => void
  /** How many certificates were signed. */
  readonly certificates: () => Promise<number>
}

export async function scene(
  act: (scene: Scene) => Promise<void>,
  config: Readonly<Record<string, unknown>> = {},
  controllers = 1,
  audit: Audit = () => undefined,
  isByCertificate = false,
): Promise<void> {
  const clock = new SimulatedClock(new Date(), LOOPS * controllers)
  const own = await ownPlace({
    now: () => clock.now(),
    signerDelayMilliseconds: 0,
    audit,
  })
  const { cluster, end } = own
  // A certificate would expire in the simulated time.
  cluster.addToken(LOGIN, own.place.user)
  cluster.addToken(ADMIN, 'admin', ['system:masters'])
  const admin = new ApiClient(cluster, { token: ADMIN })
  // The guard wants the id of a login, which a static token has not.
  const login = isByCertificate ? own.place.kubeconfig : cluster.tokenKubeconfig(LOGIN)
  const place = { ...own.place, admin, kubeconfig: login }
  cluster.allow({ user: place.user }, [
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      verbs: ['create', 'get', 'update'],
    },
  ])
  const files = { 'countersign.yaml': configuration(place, config) }
  const acme = await Acme.open(place, { files }, () => clock.now())
  const running: RunningController[] = []
  try {
    await act({
      acme,
      clock,
      place,
      cluster,
      start: async words => {
        const controller = await RunningController.start(acme, clock, words)
        running.push(controller)
        return controller
      },
      setNow: () => {
        acme.stage.world.state.now = new Date(clock.now().getTime() - 600_000)
      },
      setLogin: user =>
        user === null ? cluster.removeToken(LOGIN) : cluster.addToken(LOGIN, user),
      certificates: async () => {
        const { items } = (await place.admin.get(SIGNING_REQUESTS)).body
        return items.filter(({ status }) => status.certificate !== undefined).length
      },
    })
  } finally {
    await Promise.all(running.map(each => each.stop()))
    await acme.end()
    admin.close()
    await end()
  }
}
