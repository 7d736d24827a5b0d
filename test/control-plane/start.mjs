// Starts etcd, kube-apiserver and kube-controller-manager on loopback, in a fresh folder, and waits until they sign.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ensureBinaries } from './binaries.mjs'
import { openClient } from './client.mjs'
import {
  apiserverArgs,
  authenticationArgs,
  controllerManagerArgs,
  etcdArgs,
  writeFiles,
} from './layout.mjs'
import { waitForApiServer, waitForSigner } from './probe.mjs'
import { endProcesses, freePorts, isRunning, startProcess } from './processes.mjs'
import { statePath, tearDown, writeState } from './state.mjs'

const START_DEADLINE = 120_000
const ATTEMPTS = 3
// Of each log, when it has to be shown.
const TAIL = 12
const WIDTH = 300
const KEEPER = fileURLToPath(new URL('./keeper.mjs', import.meta.url))

/** A port that was free may be taken a moment later; then everything begins anew with others. */
class PortTaken extends Error {}

/**
 * Ends with the process that called it, unless `release()` was called.
 * @param {import('./start.d.mts').ControlPlaneOptions} options
 * @returns {Promise<import('./start.d.mts').ControlPlane>}
 * @throws with the end of the logs when it does not come up in two minutes
 */
export async function startControlPlane(options = {}) {
  const say = options.say ?? (() => {})
  const binaries = await ensureBinaries(say)
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce(binaries, options)
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === ATTEMPTS) throw error
      say('a port was taken meanwhile, starting again with others')
    }
  }
}

async function startOnce(binaries, options) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-control-plane-'))
  const others = (options.apiservers ?? 1) - 1
  const [apiPort, client, peer, managerPort, ...otherPorts] = await freePorts(4 + others)
  const files = writeFiles(folder, apiPort, options.separateClientCa ?? false)
  const otherServers = otherPorts.map(port => `https://127.0.0.1:${port}`)
  const state = { folder, ...publicFacts(files), otherServers, binaries, processes: [] }
  writeState(state)
  const keeper = startKeeper(folder)
  const stop = () => tearDown(state).finally(keeper.release)
  const start = (name, program, args) => {
    const logFile = join(folder, `${name}.log`)
    state.processes.push(startProcess({ name, program, args, folder, logFile }))
    commands.push(() => start(name, program, args))
    writeState(state)
  }
  const commands = []
  const limits = { deadline: Date.now() + START_DEADLINE, alive: () => failWhenEnded(state) }
  const credential = {
    server: files.server,
    ca: files.caPem,
    cert: files.admin.certPem,
    key: files.admin.keyPem,
  }
  try {
    start('etcd', binaries.etcd, etcdArgs(folder, { client, peer }))
    const apiserverFlags = [
      ...authenticationArgs(folder, options.authenticationConfig),
      ...(options.apiserverFlags ?? []),
    ]
    start('apiserver', binaries.apiserver, apiserverArgs(files, client, apiserverFlags))
    await waitForApiServer(credential, limits)
    // The certificate is for 127.0.0.1, whatever the port.
    for (const [index, server] of otherServers.entries()) {
      const name = `apiserver-${index + 2}`
      start(name, binaries.apiserver, apiserverArgs({ ...files, server }, client, apiserverFlags))
      await waitForApiServer({ ...credential, server }, limits)
    }
    if (options.sharedManager) await bindControllers(credential)
    const shared = options.sharedManager ? ['--use-service-account-credentials=false'] : []
    const managerArgs = controllerManagerArgs(files, managerPort, options.signerQps, [
      ...shared,
      ...(options.controllerManagerFlags ?? []),
    ])
    start('controller-manager', binaries.controllerManager, managerArgs)
    await waitForSigner(credential, limits)
  } catch (error) {
    const reason = diagnosis(state, error)
    await stop()
    throw reason
  }
  const restart = async between => {
    await endProcesses(state.processes.splice(0).toReversed())
    between(join(folder, 'etcd'))
    for (const command of commands.splice(0)) command()
    await waitForApiServer(credential, { ...limits, deadline: Date.now() + START_DEADLINE })
  }
  const own = { stop, restart, release: keeper.release }
  return { ...state, ...pems(files), statePath: statePath(folder), ...own }
}

/** The role of each controller for the one name that all of them share. */
async function bindControllers(credential) {
  const client = openClient(credential)
  const at = '/apis/rbac.authorization.k8s.io/v1'
  const apiGroup = 'rbac.authorization.k8s.io'
  try {
    const { body } = await client.call('GET', `${at}/clusterroles`)
    const names = body.items.map(({ metadata }) => metadata.name)
    for (const name of names.filter(each => each.startsWith('system:controller:')))
      await client.call('POST', `${at}/clusterrolebindings`, {
        metadata: { name: `shared-${name.slice('system:controller:'.length)}` },
        roleRef: { apiGroup, kind: 'ClusterRole', name },
        subjects: [{ apiGroup, kind: 'User', name: 'system:kube-controller-manager' }],
      })
  } finally {
    client.close()
  }
}

function startKeeper(folder) {
  const keeper = spawn(process.execPath, [KEEPER, folder], {
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  keeper.on('error', () => {})
  keeper.stdin.on('error', () => {})
  keeper.unref()
  keeper.stdin.unref()
  return { release: () => keeper.stdin.end('released\n') }
}

function failWhenEnded(state) {
  const ended = state.processes.find(recorded => !isRunning(recorded))
  if (ended !== undefined) throw new Error(`${ended.name} ended by itself`)
}

/** The reason with the end of every log; the process started last, which is usually the one at fault, comes last. */
function diagnosis(state, error) {
  const logs = state.processes.map(({ name }) => ({ name, lines: logOf(state.folder, name) }))
  const message = error instanceof Error ? error.message : String(error)
  const tails = logs.map(({ name, lines }) =>
    [`--- ${name}`, ...lines.slice(-TAIL).map(line => line.slice(0, WIDTH))].join('\n'),
  )
  const isTaken = logs.some(({ lines }) =>
    lines.some(line => line.includes('address already in use')),
  )
  const Kind = isTaken ? PortTaken : Error
  return new Kind(`the control plane did not come up: ${message}\n${tails.join('\n')}`, {
    cause: error,
  })
}

function logOf(folder, name) {
  try {
    return readFileSync(join(folder, `${name}.log`), 'utf8')
      .trimEnd()
      .split('\n')
  } catch {
    return []
  }
}

function publicFacts({ server, kubeconfig, caPath, caKeyPath, clientCaPath, clientCaKeyPath }) {
  return { server, kubeconfig, caPath, caKeyPath, clientCaPath, clientCaKeyPath }
}

function pems({ caPem, clientCaPem }) {
  return { caPem, clientCaPem }
}
