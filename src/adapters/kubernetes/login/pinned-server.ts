// The pinned server: configuration and credential must name the same API server with the same CA.
import type { ClusterConfig } from '../../../domain/request/config.ts'
import { failure } from '../../../domain/problem.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'
import type { Credential } from './cluster-credential.ts'

/** `run`: the clusters of the same run. */
export type Pin = Pick<ClusterConfig, 'name' | 'server' | 'certificateAuthority'> & {
  readonly run?: readonly ClusterConfig[]
}

/** Throws CONFIG_CLUSTER_UNPINNED unless the configuration gives both server and CA. */
export function requirePin<T extends Pin>(
  pin: T,
): asserts pin is T & { readonly server: string; readonly certificateAuthority: string } {
  if (pin.server !== null && pin.certificateAuthority !== null) return
  throw failure(
    'CONFIG_CLUSTER_UNPINNED',
    `clusters.${pin.name} must give server and certificateAuthorityData here`,
    'kubectl config view --raw --minify shows both',
  )
}

/** Throws CONFIG_CLUSTER_DIFFERS if the credential is for another server or CA than the configuration gives. `all`: its clusters. */
export function holdToPin(credential: Credential, pin: Pin, all: readonly Pin[] = []): void {
  const fault = pinFault(credential, pin)
  if (fault === null) return
  const [fit, other] = all.filter(each => each.server !== null && !pinFault(credential, each))
  const name = fit === undefined || other !== undefined ? 'NAME' : shellWord(fit.name)
  const named = fit === undefined ? '' : `, or name its cluster: --cluster ${name}`
  throw failure(
    'CONFIG_CLUSTER_DIFFERS',
    fault,
    `nothing was sent; check which kubeconfig or context is used${named}`,
  )
}

/** Values that the configuration does not give are not compared. */
export function pinFault(credential: Pick<Credential, 'server' | 'ca'>, pin: Pin): string | null {
  const [found, given] = [credential.server, new URL(pin.server ?? credential.server)]
  const isOtherCa =
    pin.certificateAuthority !== null &&
    squeeze(pin.certificateAuthority) !== squeeze(credential.ca ?? '')
  if (given.href === found.href && !isOtherCa) return null
  return given.href === found.href
    ? `the credential for ${pin.name} has another CA for ${addressOf(found)} than countersign.yaml gives`
    : `the credential for ${pin.name} is for ${addressOf(found)}, and countersign.yaml gives ${addressOf(given)}`
}

function addressOf({ origin, pathname }: URL): string {
  return `${origin}${pathname.replace(/\/$/, '')}`
}

function squeeze(pem: string): string {
  return pem.replaceAll(/\s/g, '')
}
