// Other files that hold the same name: a review of a request or policy has to show the last version of each.
import { GONE } from '../../domain/proof/git-history.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import type { FileOrigin, ProofFacts, Question } from '../../core/approval/proof-facts.ts'
import { fileKind, isPassedOver } from '../../core/request/detect-format.ts'
import { inventoryNames, isInventory } from '../../core/pending/load-inventory.ts'
import { policyName } from '../../core/policy/policy-name.ts'
import { isPolicy } from '../validate/rules-in-force.ts'
import type { LookUps } from './look-up-facts.ts'

/** Finds the files of one request. A broken one may be of any request. A file without a name, null, has no namesake. */
export function namesake(
  name: string | null,
  lookUps: Pick<LookUps, 'request'>,
  folder: string,
): Question['holdsName'] {
  if (name === null) return null
  return (path, blob) => {
    if (isPassedOver(path)) return false
    const request = lookUps.request(path, blob, folder)
    return request === null ? fileKind(path) !== null : request.name === name
  }
}

/**
 * The same for a configuration file: a policy has a name, and an inventory those of its nodes, addresses and pools. One that cannot be read
 * may have any.
 */
export function configurationNamesake(
  { path, blob, landing }: Pick<FileOrigin, 'path' | 'blob' | 'landing'>,
  { textOf, fileAt }: Pick<ProofFacts, 'textOf' | 'fileAt'>,
): Question['holdsName'] {
  const isOfPolicies = path.startsWith(`${POLICIES}/`)
  const isNamed = isOfPolicies ? isPolicy : isInventory
  if (!isNamed(path)) return null
  const namesIn = (at: string, id: string): readonly string[] | null => {
    const text = textOf(id) ?? ''
    if (!isOfPolicies) return inventoryNames(at, text)
    const name = policyName(at, text)
    return name === null ? null : [name]
  }
  // A removal ends the names of the version below it.
  const last = blob ?? (landing.before === null ? null : fileAt({ commit: landing.before, path }))
  const names = last === null || last === GONE ? null : namesIn(path, last)
  return (at, id) => {
    if (!isNamed(at)) return false
    const others = names === null ? null : namesIn(at, id)
    return names === null || others === null || others.some(name => names.includes(name))
  }
}
