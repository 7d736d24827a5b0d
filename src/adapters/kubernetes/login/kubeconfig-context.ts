// The context of a kubeconfig for a cluster of the configuration.
import { readFile } from 'node:fs/promises'
import type { KubeConfig } from '@kubernetes/client-node'
import { clusterFlag, shellWord } from '../../../lib/source/shell-word.ts'
import { kubeconfigProblem } from './kubeconfig-files.ts'
import { credentialName } from '../../../lib/kubernetes/exec-credential.ts'
import { pinFault } from './pinned-server.ts'
import type { Pin } from './pinned-server.ts'

/**
 * The context that was asked for, unless it is for another cluster of `pin.run`; else the one with the server and the CA of the
 * configuration, the current one if several have them; else the current one. A login by `countersign credential` counts only if no
 * other context has them. Throws CONFIG_KUBECONFIG if several others have them.
 */
export async function contextFor(
  config: KubeConfig,
  context: string | null,
  pin: Pin | null,
): Promise<string> {
  const current = config.currentContext ?? ''
  if (pin === null || (pin.server === null && pin.certificateAuthority === null))
    return context ?? current
  const rest = (pin.run ?? []).filter(({ name, server }) => name !== pin.name && server !== null)
  const elsewhere = rest.map(each => isFor(config, context ?? '', each))
  if (context !== null && !(await Promise.all(elsewhere)).includes(true)) return context
  const all = config.getContexts()
  const fits = await Promise.all(all.map(({ name }) => isFor(config, name, pin)))
  const fitting = all.filter((_, index) => fits[index])
  const theirs = fitting.filter(({ user }) => credentialName(config.getUser(user)?.exec) === null)
  const found = (theirs.length === 0 ? fitting : theirs).map(({ name }) => name)
  const [only = current, ...others] = found
  if (others.length === 0) return only
  if (found.includes(current)) return current
  throw kubeconfigProblem(
    `several contexts of the kubeconfig are for ${pin.name}, and the current one is not among them: ${found.join(', ')}`,
    `choose one: ${found.map(each => `${clusterFlag(pin.name)} --context ${shellWord(each)}`.trim()).join(' | ')}`,
  )
}

async function isFor(config: KubeConfig, context: string, pin: Pin): Promise<boolean> {
  const found = config.getCluster(config.getContextObject(context)?.cluster ?? '')
  if (found === null || !URL.canParse(found.server)) return false
  const { caData, caFile } = found
  const data = caData ? Buffer.from(caData, 'base64').toString() : null
  const ca = data ?? (caFile ? await readFile(caFile, 'utf8').catch(() => null) : null)
  return pinFault({ server: new URL(found.server), ca }, pin) === null
}
