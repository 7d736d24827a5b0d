// Where the binaries of the control plane come from: KUBEBUILDER_ASSETS, else the cache, else a build with Go.
// Takes the environment, gives one path for each binary.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildInto, isExecutable, requireGo } from './go-build.mjs'

/** The version of the other tests. */
export const VERSION = 'v1.36.3'
const KUBERNETES = fileURLToPath(new URL('./go/', import.meta.url))
const ETCD = join(KUBERNETES, 'etcd')
const VERSION_PACKAGE = 'k8s.io/component-base/version'

/**
 * The programs of Kubernetes in one version, built from the module in a folder.
 * @param {string} version such as v1.36.3 @param {string} folder
 * @returns {import('./go-build.mjs').Target[]}
 */
export function kubernetesTargets(version, folder) {
  const [, minor] = version.split('.')
  const flags = [
    '-s -w',
    `-X ${VERSION_PACKAGE}.gitVersion=${version}`,
    `-X ${VERSION_PACKAGE}.gitMajor=1`,
    `-X ${VERSION_PACKAGE}.gitMinor=${minor}`,
  ].join(' ')
  return ['kube-apiserver', 'kube-controller-manager', 'kubectl'].map(name => ({
    name,
    folder,
    package: `k8s.io/kubernetes/cmd/${name}`,
    flags,
  }))
}

/** What is built, the quick one first, so that a broken tool chain shows itself early. */
const TARGETS = [
  { name: 'etcd', folder: ETCD, package: 'go.etcd.io/etcd/server/v3', flags: '' },
  ...kubernetesTargets(VERSION, KUBERNETES),
]

/** What to do where Go is missing. */
export const NO_GO =
  'The real control plane has to be built once, and that needs Go 1.26 or newer on the PATH (https://go.dev/dl). ' +
  'Or point KUBEBUILDER_ASSETS at a folder with etcd, kube-apiserver, kube-controller-manager and kubectl.'

/**
 * @typedef {{ etcd: string, apiserver: string, controllerManager: string, kubectl: string }} Binaries
 * @typedef {(line: string) => void} Say
 */

/** Where countersign keeps what is costly to make again; COUNTERSIGN_CACHE moves it. */
export function cacheFolder(env = process.env) {
  const base = env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return env['COUNTERSIGN_CACHE'] || join(base, 'countersign')
}

/**
 * The binaries that stand ready, or null where a build would be needed.
 * @returns {Binaries | null}
 * @throws when KUBEBUILDER_ASSETS is set and lacks one of them: a wish is never quietly passed over.
 */
export function readyBinaries(env = process.env) {
  const assets = env['KUBEBUILDER_ASSETS']
  const folder = assets || cachedFolder(env)
  const missing = TARGETS.filter(target => !isExecutable(join(folder, target.name)))
  if (missing.length === 0) return binariesIn(folder)
  if (!assets) return null
  throw new Error(
    `KUBEBUILDER_ASSETS=${assets} lacks ${missing.map(target => target.name).join(', ')}. ` +
      "(envtest's archive has no kube-controller-manager.) Put it there, or unset the variable and the binaries are built.",
  )
}

/**
 * The binaries, built now if need be (Go, the Go module proxy, about eight minutes of one CPU the first time).
 * @param {Say} say
 * @returns {Promise<Binaries>}
 */
export async function ensureBinaries(say, env = process.env) {
  const ready = readyBinaries(env)
  if (ready !== null) return ready
  const folder = cachedFolder(env)
  await requireGo(NO_GO, env)
  say(
    `building the control plane ${VERSION} with Go; this happens once, the result stays in ${folder}`,
  )
  await buildInto(folder, TARGETS, say, env)
  return binariesIn(folder)
}

/** A folder of its own for each set of modules, so that a changed go.mod never meets old binaries. */
function cachedFolder(env) {
  const hash = createHash('sha256')
  for (const target of [KUBERNETES, ETCD]) hash.update(readFileSync(join(target, 'go.mod')))
  return join(cacheFolder(env), 'control-plane', `${VERSION}-${hash.digest('hex').slice(0, 12)}`)
}

/** @returns {Binaries} */
function binariesIn(folder) {
  return {
    etcd: join(folder, 'etcd'),
    apiserver: join(folder, 'kube-apiserver'),
    controllerManager: join(folder, 'kube-controller-manager'),
    kubectl: join(folder, 'kubectl'),
  }
}
