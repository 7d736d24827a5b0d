// Other files that hold the same name: a review of a request or policy has to show the last version of each.
import { POLICIES } from '../../core/approval/configuration-places.ts'
import type { FileOrigin, ProofFacts, Question } from '../../core/approval/proof-facts.ts'
import { policyName } from '../../core/policy/policy-name.ts'
import { isPolicy } from '../validate/rules-in-force.ts'
import type { LookUps } from './look-up-facts.ts'

/** Finds the files of one request. A removal, with the name null, brings no name back. */
export function namesake(
  name: string | null,
  lookUps: Pick<LookUps, 'request'>,
  folder: string,
): Question['holdsName'] {
  return name === null ? null : (path, blob) => lookUps.request(path, blob, folder)?.name === name
}

/** The same for a configuration file: only a policy has a name. */
export function policyNamesake(
  { path, blob }: Pick<FileOrigin, 'path' | 'blob'>,
  { textOf }: Pick<ProofFacts, 'textOf'>,
): Question['holdsName'] {
  const nameIn = (at: string, id: string): string | null =>
    isPolicy(at) && at.startsWith(`${POLICIES}/`) ? policyName(at, textOf(id) ?? '') : null
  const name = blob === null ? null : nameIn(path, blob)
  return name === null ? null : (at, id) => nameIn(at, id) === name
}
