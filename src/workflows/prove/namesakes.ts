// Other files that hold the same name: a review of a request or policy has to show the last version of each.
import { GONE } from '../../domain/proof/git-history.ts'
import { POLICIES } from '../../core/approval/configuration-places.ts'
import type { FileOrigin, ProofFacts, Question } from '../../core/approval/proof-facts.ts'
import { fileKind, isPassedOver } from '../../core/request/detect-format.ts'
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
    const request = lookUps.request(path, blob, folder)
    return request === null ? isReadable(path) : request.name === name
  }
}

/** The same for a configuration file: only a policy has a name. One whose name cannot be read may have the name of any other. */
export function policyNamesake(
  { path, blob, landing }: Pick<FileOrigin, 'path' | 'blob' | 'landing'>,
  { textOf, fileAt }: Pick<ProofFacts, 'textOf' | 'fileAt'>,
): Question['holdsName'] {
  const isNamed = (at: string): boolean => isPolicy(at) && at.startsWith(`${POLICIES}/`)
  if (!isNamed(path)) return null
  const nameIn = (at: string, id: string): string | null => policyName(at, textOf(id) ?? '')
  // A removal ends the name of the version below it.
  const last = blob ?? (landing.before === null ? null : fileAt({ commit: landing.before, path }))
  const name = last === null || last === GONE ? null : nameIn(path, last)
  return (at, id) => isNamed(at) && (name === null || [null, name].includes(nameIn(at, id)))
}

/** True for a path of which a request can be read. */
function isReadable(path: string): boolean {
  return fileKind(path) !== null && !isPassedOver(path)
}
