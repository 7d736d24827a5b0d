// JSON of a record inside its ConfigMap, with its version.
import { jsonOf } from '../../../domain/json-text.ts'
import { z } from 'zod'
import type { RecordedApproval, RequestRecord } from '../../../domain/cluster/record.ts'
import { keepingNewest } from '../../../lib/x509/newest-results.ts'
import { EVIDENCE_SCHEMA } from '../../../lib/schema/evidence-schema.ts'

export const RECORD_KEY = 'record.json'

const DATE = z.iso.datetime().transform(text => new Date(text))

const NAMED_FORMAT = { name: z.string(), format: z.string().nullable() }
const ARTIFACT = z.object({
  kind: z.literal('artifact'),
  ...NAMED_FORMAT,
  recipients: z.array(z.string()),
})
const GITHUB_SECRET = z.object({
  kind: z.literal('githubSecret'),
  ...NAMED_FORMAT,
  repository: z.string(),
  environment: z.string(),
})
const SECRET_TARGET = {
  namespace: z.string(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
}

const PKCS12 = z.object({
  profile: z.string(),
  passwordSecretRef: z.object({ name: z.string(), key: z.string() }).nullable(),
})
const SINK = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('secret'),
    ...SECRET_TARGET,
    keystores: z.object({ pkcs12: PKCS12.nullable() }),
    adopt: z.boolean(),
  }),
  z.object({
    kind: z.literal('kubeconfig'),
    into: z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('secret'),
        ...SECRET_TARGET,
        key: z.string(),
        format: z.literal('argocd').nullable(),
      }),
      GITHUB_SECRET,
      ARTIFACT,
    ]),
  }),
  GITHUB_SECRET,
  ARTIFACT,
  z.object({ kind: z.literal('file'), path: z.string(), format: z.string().nullable() }),
])

/** The version that is written, and the only one that is read. */
export const RECORD_VERSION = 7

const SEALED = z.object({
  target: z.string(),
  keyId: z.string(),
  sha256: z.string(),
  updatedAt: DATE,
})

/** Hex digits; a forged record may have what a terminal obeys. */
const HEX = z.string().regex(/^[0-9a-f]*$/)
const GRANT = z.string().nullable()
const TEXTS = z.record(z.string(), z.string())
const GRANTED = z.object({
  places: z.array(z.object({ clusterRole: z.string(), namespace: z.string().nullable() })),
  roles: TEXTS,
  namespaces: TEXTS,
})

const PEOPLE = z.array(z.object({ id: z.int(), login: z.string() }))
const EMERGENCY = z
  .object({
    people: z.tuple([z.string(), z.string()]),
    reason: z.string(),
    ask: z.string(),
    askedAt: DATE,
    effective: z.string(),
  })
  .optional()
const APPROVAL = z.object({
  emergency: EMERGENCY,
  path: z.string(),
  blob: z.string(),
  pullRequest: z.int().nullable(),
  commit: z.string().nullable(),
  requestedBy: PEOPLE,
  approvedBy: PEOPLE,
  rule: z.string().nullable(),
  terminalUser: z.string().nullable(),
})
/** The configuration files of most records are the same: they have one copy in memory. */
const sharedFiles = keepingNewest(32, text => TEXTS.parse(JSON.parse(text)))
const EVIDENCE = EVIDENCE_SCHEMA.transform(evidence => ({
  ...evidence,
  configuration: sharedFiles(JSON.stringify(evidence.configuration)),
}))
const ENDINGS = ['renewed', 'reissued', 'withdrawn', 'abandoned', 'revoked'] as const

const RECORD = z.object({
  version: z.literal(RECORD_VERSION),
  request: z.string(),
  cluster: z.string(),
  n: z.int().min(0),
  claim: z
    .object({
      holder: z.string(),
      n: z.int(),
      objectName: z.string(),
      deadline: DATE,
      grant: GRANT,
    })
    .nullable(),
  issued: z
    .object({
      n: z.int(),
      objectName: z.string(),
      effective: z.string(),
      path: z.string(),
      blob: z.string(),
      signerName: z.string(),
      certificate: z.string(),
      sinks: z.array(SINK),
      sealed: z.array(SEALED),
      incomplete: z.array(z.string()),
      written: z.array(z.string()),
      meaning: z.string(),
      proof: z.object({
        kind: z.enum(['terminal', 'review', 'emergency']),
        by: z.string(),
        digest: z.string(),
        evidence: EVIDENCE.nullable(),
        emergency: EMERGENCY,
      }),
      issuedAt: DATE,
      keySince: DATE,
      beforeUntil: DATE.nullable(),
      people: PEOPLE,
      granted: GRANTED.nullable(),
      keySha256: HEX.optional(),
    })
    .nullable(),
  withdrawnAt: DATE.nullable(),
  emptied: z.int().min(0),
  abandoned: z.array(
    z.object({
      n: z.int(),
      objectName: z.string(),
      sha256: HEX.nullable(),
      notAfter: DATE.nullable(),
    }),
  ),
  history: z.array(
    z.object({
      n: z.int(),
      objectName: z.string(),
      serial: HEX,
      sha256: HEX,
      notBefore: DATE,
      notAfter: DATE,
      targets: z.array(z.string()),
      proof: z.string(),
      grant: GRANT,
      ended: z.object({ how: z.enum(ENDINGS), at: DATE, by: z.string().optional() }).nullable(),
      subject: z.string(),
      sans: z.array(z.string()),
      approval: z.int().min(0).nullable(),
    }),
  ),
  // The approvals of the history; renewals share one.
  approvals: z.array(APPROVAL),
  failures: z
    .object({
      count: z.int().min(1),
      lastAt: DATE,
      effective: z.string(),
      last: z.object({ code: z.string(), message: z.string() }).optional(),
    })
    .nullable(),
  epoch: z.string().optional(),
})

const OTHER = z.object({ version: z.int().refine(version => version !== RECORD_VERSION) })

/** JSON for people and programs. It does not contain the resourceVersion of the object. */
export function encodeRecord(record: RequestRecord): string {
  const { version: _stored, history, ...content } = record
  const approvals: RecordedApproval[] = []
  const numbers = new Map<string, number>()
  const numberOf = (approval: RecordedApproval): number => {
    const key = JSON.stringify(approval)
    const number = numbers.get(key) ?? approvals.push(approval) - 1
    numbers.set(key, number)
    return number
  }
  const entries = history.map(each => ({
    ...each,
    approval: each.approval === null ? null : numberOf(each.approval),
  }))
  const written = { version: RECORD_VERSION, ...content, history: entries, approvals }
  return `${JSON.stringify(written, null, 2)}\n`
}

/**
 * The record in a ConfigMap's text; null if the text is not a record, or its version if this is another one. Members are named one by
 * one, because an object from `...rest` takes several times the memory of a literal, and a run keeps all records.
 */
export function decodeRecord(
  text: string,
  version: { readonly uid: string; readonly resourceVersion: string },
): RequestRecord | { readonly otherVersion: number } | null {
  const json = jsonOf(text)
  const parsed = RECORD.safeParse(json)
  if (!parsed.success) {
    const other = OTHER.safeParse(json)
    return other.success ? { otherVersion: other.data.version } : null
  }
  const { request, cluster, n, claim, issued, withdrawnAt, abandoned, failures } = parsed.data
  const { emptied, epoch, approvals, history: entries } = parsed.data
  const history = entries.map(each => ({
    ...each,
    approval: each.approval === null ? null : (approvals[each.approval] ?? null),
  }))
  return {
    request,
    cluster,
    n,
    claim,
    issued,
    withdrawnAt,
    abandoned,
    failures,
    history,
    emptied,
    version,
    ...(epoch === undefined ? {} : { epoch }),
  }
}
