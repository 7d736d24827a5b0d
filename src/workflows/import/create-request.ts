// A new request file of a person, judged before it is written: by format, defaults, Kubernetes, built-in rules and policies.
import type { Requester } from '../../domain/request/policy.ts'
import { isNonEmpty, ok, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { filledRequest } from '../../core/config/merge-defaults.ts'
import type { Filled } from '../../core/config/merge-defaults.ts'
import { isClient } from '../../lib/kubernetes/grants-in-subject.ts'
import { keyUsageOf, requestedPurposesOf } from '../../lib/kubernetes/usage-bits.ts'
import type { GeneratedKey } from '../../ports/keys.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { newRequestText } from '../../output/request-file/new-request-yaml.ts'
import type { NewRequest } from '../../output/request-file/new-request-yaml.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { writePkcs10 } from '../../lib/x509/pkcs10-write.ts'
import { isRequestFile, judgeRequests, parseFiles } from '../validate/read-requests.ts'
import type { ParsedRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'

export interface Written {
  readonly text: string
  readonly warnings: readonly Problem[]
}

export interface Writing {
  readonly rules: Rules
  /** Path of the new file. */
  readonly path: string
  /** The person's own key; null if countersign generates one at issue. */
  readonly key: GeneratedKey | null
  readonly requester: Requester | null
  readonly now: Date
  /** Git's blob id of bytes. */
  readonly blobOf: (bytes: Uint8Array) => string
}

/** The text of the file, with a PKCS#10 of the person's own key; or the problems of the file. It judges and writes nothing. */
export function requestText(request: NewRequest, writing: Writing): Checked<string> {
  const { rules, key } = writing
  const bare = newRequestText(request, null)
  if (key === null) return ok(bare)
  const parsed = parseRequest(requestFileOf(bare, writing), rules.config.requests)
  if (!parsed.ok) return parsed
  // A certificate that does not log in gets no grant.
  const { access, grant } = request
  const { spec } = filledRequest(parsed.value, rules.config)
  if (grant !== null && access.length === 0 && !isClient(spec))
    return requestText({ ...request, grant: null }, writing)
  return ok(newRequestText(request, ownRequest(spec, key)))
}

/** PEM of a PKCS#10 with the names of the file, and its usages after defaults. */
function ownRequest({ subject, sans, usages }: Filled['spec'], key: GeneratedKey): string {
  const der = writePkcs10({
    subject,
    sans,
    keyUsage: keyUsageOf(usages ?? []),
    extendedKeyUsage: requestedPurposesOf(usages ?? []),
    spki: key.spki,
    sign: data => key.sign(data),
  })
  return encodePem('CERTIFICATE REQUEST', der)
}

/** Returns the text with its warnings, or every problem of the request file if it had this text. It writes nothing. */
export async function judgeWritten(
  files: RepositoryFiles,
  text: string,
  writing: Omit<Writing, 'key'>,
): Promise<Checked<Written>> {
  const { rules, path, requester, now } = writing
  const folder = rules.config.requests
  const file = requestFileOf(text, writing)
  const others = ((await files.list(folder)) ?? []).filter(other => other.path !== path)
  const parsed = parseFiles([...others, file].filter(isRequestFile), rules)
  const judged = judgeRequests(parsed, { rules, folder, requesterOf: () => requester, now })
  const refused = judged.refused.filter(each => each.path === path)
  const problems = [...refused.flatMap(each => each.problems), ...namesake(parsed, path)]
  if (isNonEmpty(problems)) return { ok: false, problems }
  const ours = [...judged.warnings].filter(([request]) => request.path === path)
  return ok({ text, warnings: ours.flatMap(([, warnings]) => warnings) })
}

/** Each identity may be in one file only. The plan would refuse the newer file. */
function namesake({ requests }: ParsedRequests, path: string): readonly Problem[] {
  const own = requests.find(request => request.path === path)
  const other = requests.find(request => request.path !== path && request.name === own?.name)
  if (other === undefined) return []
  return [
    unplaced(
      'PLAN_NAME_TWICE',
      `${other.path} has the name ${other.name} already`,
      'choose another name, or change that file',
    ),
  ]
}

/** A request file with this text that is not committed yet. */
export function requestFileOf(
  text: string,
  { path, blobOf }: Pick<Writing, 'path' | 'blobOf'>,
): RequestFile {
  const bytes = new TextEncoder().encode(text)
  return { path, bytes, mode: '100644', blob: blobOf(bytes), uncommitted: true }
}
