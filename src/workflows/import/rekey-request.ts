// An existing request file with a new key: the PKCS#10 request is replaced by one with the same names and usages. With access, it carries
// another grant.
import type { PublicKey } from '../../domain/cluster/certificate.ts'
import { guardedGrant, withoutGrantIds } from '../../domain/cluster/grant.ts'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { attribute, inDerOrder } from '../../lib/x509/x500-name.ts'
import { isNonEmpty, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { PrivateKeySpec, RequestFile } from '../../domain/request/request.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { replacePkcs10 } from '../../core/request/pkcs10/replace-pkcs10.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { writePkcs10 } from '../../lib/x509/pkcs10-write.ts'
import type { GeneratedKey, Keys } from '../../ports/keys.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { isRequestFile, parseFiles, textOf } from '../validate/read-requests.ts'
import { judgeWritten } from './create-request.ts'
import type { Writing, Written } from './create-request.ts'

export interface Rekeying extends Omit<Writing, 'path' | 'key'> {
  /** Name of the request. */
  readonly name: string
  readonly keys: Keys
}

export interface Rekeyed extends Written {
  /** As it was read. */
  readonly file: RequestFile
  /** Of the same kind and size as the old one. */
  readonly key: GeneratedKey
  /** What differs from the old file, in words. */
  readonly changes: string
}

/**
 * Returns the new text of the file and the new key; it writes nothing. Refuses with RUN_USAGE if no request with an own key has that
 * name or its PKCS#10 cannot be replaced, and with every problem that the file would have.
 */
export async function rekeyRequest(
  files: RepositoryFiles,
  { name, keys, ...writing }: Rekeying,
): Promise<Checked<Rekeyed>> {
  const { rules } = writing
  const listed = (await files.list(rules.config.requests)) ?? []
  const parsed = parseFiles(listed.filter(isRequestFile), rules)
  const request = parsed.requests.find(each => each.name === name)
  const broken =
    parsed.refused.find(each => (each.name ?? nameFromPath(each.path)) === name)?.problems ?? []
  if (request === undefined)
    return isNonEmpty(broken)
      ? { ok: false, problems: broken }
      : refuseAs(
          'RUN_USAGE',
          `no request is called ${name}`,
          `if it is on the default branch: git pull; else: countersign new ${name} --own-key`,
        )
  const { path } = request
  if (request.withdraw)
    return refuseAs(
      'RUN_USAGE',
      `${path} sets withdraw: true, so a new key gets no certificate`,
      'remove that line first, and run this again',
    )
  if (request.key.kind !== 'own')
    return refuseAs(
      'RUN_USAGE',
      `${path} has no key of a person: countersign makes a new one at each issue`,
      'raise spec.reissue in the file for a new key and certificate',
    )
  const { pkcs10 } = request.key
  const file = await files.read(path)
  const key = await keys.generate(specOf(pkcs10.publicKey))
  const { sans, keyUsage, extendedKeyUsage } = pkcs10
  const oldGrant = ownGrant(request)
  const grant = oldGrant === null ? null : guardedGrant(rules.config.owner, keys.randomId())
  const subject = renamed(pkcs10.subject, oldGrant, grant)
  const sign = (data: Uint8Array): Uint8Array => key.sign(data)
  const der = writePkcs10({ subject, sans, keyUsage, extendedKeyUsage, spki: key.spki, sign })
  const pem = encodePem('CERTIFICATE REQUEST', der)
  const text = file === null ? null : replacePkcs10(textOf(file), pem)
  if (file === null || text === null)
    return refuseAs(
      'RUN_USAGE',
      `the PKCS#10 request in ${path} cannot be replaced: it is not there exactly once as PEM`,
      'replace it yourself: openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout FILE',
    )
  // The new PKCS#10 carries another grant, so the old one can stay revoked. The names in the file have to agree with it.
  const agreeing = oldGrant === null ? text : text.replaceAll(oldGrant, grant ?? '')
  const judged = await judgeWritten(files, agreeing, { ...writing, path })
  const changes = oldGrant === null ? 'a new key' : 'a new key and a new grant group'
  return judged.ok ? ok({ ...judged.value, file, key, changes }) : judged
}

/** Whether both are requests with a PKCS#10, and differ in nothing but its key and signature. `requests`: folder of request files. */
export function differOnlyInKey(one: RequestFile, other: RequestFile, requests: string): boolean {
  const first = allButKey(one, requests)
  return first !== null && first === allButKey(other, requests)
}

/** The subject with one value replaced; the values of one part stay in DER's order. */
function renamed(
  subject: DistinguishedName,
  from: string | null,
  to: string | null,
): DistinguishedName {
  if (from === null || to === null) return subject
  return inDerOrder(
    subject.map(rdn => rdn.map(each => (each.value === from ? attribute(each.oid, to) : each))),
  )
}

function allButKey(file: RequestFile, requests: string): string | null {
  const parsed = parseRequest(file, requests)
  const pkcs10 = parsed.ok ? parsed.value.spec.request : null
  if (pkcs10 === null) return null
  const { subject, sans, keyUsage, extendedKeyUsage } = pkcs10
  return JSON.stringify([
    withoutGrantIds(replacePkcs10(textOf(file), '') ?? ''),
    subject.map(rdn =>
      rdn.map(each => (withoutGrantIds(each.value) === each.value ? each : each.oid)),
    ),
    sans,
    keyUsage,
    extendedKeyUsage,
  ])
}

function specOf({ algorithm, size }: PublicKey): PrivateKeySpec {
  const plain = { encoding: 'PKCS8', rotationPolicy: 'Always' } as const
  if (algorithm === 'RSA' || algorithm === 'ECDSA') return { ...plain, algorithm, size }
  return { ...plain, algorithm: 'Ed25519', size: null }
}
