// Starts cert-manager's controllers on this machine for a cluster that a kubeconfig leads to, and makes CA issuers for them.
import { execFile, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { stringify } from 'yaml'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { ensureCertManager } from './cert-manager.mjs'

const START_DEADLINE = 120_000
const POLL = 50
// Where cert-manager looks for the Secret of a ClusterIssuer.
const NAMESPACE = 'cert-manager'

const execute = promisify(execFile)

/**
 * Applies the custom resource definitions, starts the controllers, and waits until they work. They end with the calling process.
 * @param {{ kubeconfig: string, folder: string, say?: (line: string) => void }} options
 * @returns {Promise<import('./start.d.mts').CertManager>}
 */
export async function startCertManager({ kubeconfig, folder, say = () => {} }) {
  const { controllers, definitions } = await ensureCertManager(say)
  mkdirSync(folder, { recursive: true })
  const kubectl = kubectlFor(kubeconfig)
  await kubectl(['apply', '--server-side', '--filename', definitions])
  await kubectl(['wait', '--for=condition=Established', '--timeout=60s', '--filename', definitions])
  await applied(kubectl, [namespaced(NAMESPACE)])
  const logFile = join(folder, 'cert-manager.log')
  const child = startControllers(controllers, kubeconfig, folder, logFile)
  const ended = new Promise(resolve => child.once('close', resolve))
  const stop = async () => {
    child.ref()
    child.stdin.end()
    await ended
  }
  await ready(child, logFile)
  return { pid: child.pid, logFile, stop }
}

function startControllers(program, kubeconfig, folder, logFile) {
  const log = openSync(logFile, 'a', 0o600)
  const child = spawn(program, ['-kubeconfig', kubeconfig], {
    env: { HOME: folder, TMPDIR: folder },
    stdio: ['pipe', log, log],
  })
  closeSync(log)
  child.on('error', () => {})
  child.stdin.on('error', () => {})
  child.unref()
  child.stdin.unref()
  return child
}

async function ready(child, logFile) {
  const deadline = Date.now() + START_DEADLINE
  for (;;) {
    const said = readFileSync(logFile, 'utf8')
    if (/^ready$/m.test(said)) return
    if (child.exitCode !== null || child.pid === undefined || Date.now() > deadline)
      throw new Error(`cert-manager did not start:\n${said.slice(-4000)}`)
    await sleep(POLL)
  }
}

/**
 * A root and an intermediate that it signed, and the Secret with which an issuer of kind CA signs by the intermediate.
 * @param {import('./start.d.mts').CaOptions} options
 * @returns {Promise<import('./start.d.mts').MadeCa>}
 */
export async function makeCa({ kubeconfig, folder, secretName, namespace }) {
  const made = await makeAuthority(join(folder, `${namespace}-${secretName}`), secretName)
  const { rootPem, intermediatePem, keyPem } = made
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName, namespace },
    type: 'kubernetes.io/tls',
    stringData: { 'tls.crt': intermediatePem, 'tls.key': keyPem, 'ca.crt': rootPem },
  }
  await applied(kubectlFor(kubeconfig), [namespaced(namespace), secret])
  return { rootPem, intermediatePem }
}

/**
 * A CA of its own and an issuer that signs with it; resolves when the issuer is ready.
 * @param {import('./start.d.mts').IssuerOptions} options
 * @returns {Promise<import('./start.d.mts').MadeIssuer>}
 */
export async function makeIssuer({ kubeconfig, folder, name, namespace }) {
  const kubectl = kubectlFor(kubeconfig)
  const secretName = `${name}-ca`
  const home = namespace ?? NAMESPACE
  const ca = await makeCa({ kubeconfig, folder, secretName, namespace: home })
  const kind = namespace === undefined ? 'ClusterIssuer' : 'Issuer'
  const metadata = namespace === undefined ? { name } : { name, namespace }
  const apiVersion = 'cert-manager.io/v1'
  await applied(kubectl, [{ apiVersion, kind, metadata, spec: { ca: { secretName } } }])
  await kubectl([
    'wait',
    '--for=condition=Ready',
    '--timeout=60s',
    `--namespace=${home}`,
    `${kind}/${name}`,
  ])
  const signerName =
    namespace === undefined
      ? `clusterissuers.cert-manager.io/${name}`
      : `issuers.cert-manager.io/${namespace}.${name}`
  return { signerName, ...ca }
}

/** Runs kubectl of the control plane; its output. @param {string} kubeconfig */
export function kubectlFor(kubeconfig) {
  const binaries = readyBinaries()
  if (binaries === null) throw new Error('kubectl is not built: node test/control-plane/build.mjs')
  return async (args, input = '') => {
    const running = execute(binaries.kubectl, ['--kubeconfig', kubeconfig, ...args])
    running.child.stdin?.end(input)
    return (await running).stdout
  }
}

async function applied(kubectl, objects) {
  const text = objects.map(object => stringify(object)).join('---\n')
  await kubectl(['apply', '--server-side', '--filename', '-'], text)
}

function namespaced(name) {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}

async function makeAuthority(folder, name) {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const openssl = args => execute('openssl', args, { cwd: folder })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const usages = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign']
  const authority = ['-addext', 'basicConstraints=critical,CA:TRUE', ...usages]
  const made = which => ['-keyout', `${which}.key`, '-out', `${which}.crt`]
  const subject = which => ['-subj', `/O=${name}/CN=${name} ${which}`]
  const request = ['req', '-x509', '-days', '3650', '-config', 'empty.cnf']
  writeFileSync(join(folder, 'empty.cnf'), '[req]\ndistinguished_name = dn\n[dn]\n')
  await openssl([...request, ...key, ...authority, ...made('root'), ...subject('root')])
  const signed = ['-CA', 'root.crt', '-CAkey', 'root.key']
  const intermediate = [...made('intermediate'), ...subject('intermediate'), ...signed]
  await openssl([...request, ...key, ...authority, ...intermediate])
  const read = file => readFileSync(join(folder, file), 'utf8')
  return {
    rootPem: read('root.crt'),
    intermediatePem: read('intermediate.crt'),
    keyPem: read('intermediate.key'),
  }
}
