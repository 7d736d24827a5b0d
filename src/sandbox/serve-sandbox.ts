// countersign sandbox: the embedded cluster for a person to try things on, until they stop it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { failure } from '../domain/problem.ts'
import { startSandboxCluster } from './sandbox-cluster.ts'

export interface ServeOptions {
  /** 0 for a free one. */
  readonly port: number
  /** Where the kubeconfig goes, null for a new temporary folder. */
  readonly kubeconfig: string | null
}

/** A signer beside Kubernetes' own, with an intermediate, for trying custom signers. */
const TEAM_SIGNER = { signerName: 'example.com/team', hasIntermediate: true }

/** Serves until `signal` aborts. `say` gets one text: where it is and how to use it. */
export async function serveSandbox(
  options: ServeOptions,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const cluster = await startSandboxCluster({
    port: options.port,
    namespaces: ['apps', 'countersign'],
    signers: [TEAM_SIGNER],
  })
  let written: string | null = null
  try {
    const folder =
      options.kubeconfig === null ? await mkdtemp(join(tmpdir(), 'countersign-sandbox-')) : null
    const path = folder === null ? (options.kubeconfig ?? '') : join(folder, 'kubeconfig')
    await writeKubeconfig(path, cluster.adminKubeconfig())
    written = folder ?? path
    say(`KUBECONFIG=${path}`)
    say(
      `an empty cluster at ${cluster.server}; Ctrl-C ends it; try: KUBECONFIG=${path} countersign csr list`,
    )
    await aborted(signal)
  } finally {
    await cluster.close()
    // The kubeconfig is of no use without the cluster, and a second run writes it again.
    if (written !== null) await rm(written, { recursive: true, force: true })
  }
}

/** It contains a private key: mode 0600, and an existing file is never overwritten. */
async function writeKubeconfig(path: string, content: string): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600, flag: 'wx' })
  } catch (cause) {
    throw failure(
      'RUN_FILES',
      `the kubeconfig ${path} cannot be written, or exists and is not overwritten`,
      'name another file; delete this one first only if a sandbox left it',
      cause,
    )
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
