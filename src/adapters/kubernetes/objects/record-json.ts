// JSON of a record inside its ConfigMap, with a version, so that a later countersign can still read it.
import { z } from 'zod'
import type { RecordedApproval, RequestRecord } from '../../../domain/cluster/record.ts'
import { peopleOf } from '../../../domain/proof/evidence.ts'
import { sinkTarget } from '../../../domain/request/sink.ts'
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
const SECRET_NAME = { namespace: z.string(), name: z.string() }
const PKCS12 = z.object({
  profile: z.string(),
  passwordSecretRef: z.object({ name: z.string(), key: z.string() }).nullable(),
})
const SINK = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('secret'),
    ...SECRET_NAME,
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    keystores: z.object({ pkcs12: PKCS12.nullable() }),
    adopt: z.boolean(),
  }),
  z.object({
    kind: z.literal('kubeconfig'),
    into: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('secret'), ...SECRET_NAME }),
      GITHUB_SECRET,
      ARTIFACT,
    ]),
  }),
  GITHUB_SECRET,
  ARTIFACT,
  z.object({ kind: z.literal('file'), path: z.string(), format: z.string().nullable() }),
])

/** The version that is written. Older records are read, and converted at their next change; newer ones are refused. */
const WRITTEN_VERSION = 5

const SEALED = z.object({
  target: z.string(),
  keyId: z.string(),
  sha256: z.string(),
  updatedAt: DATE,
})

/** Absent before version 4, which brought access. A countersign of that time would drop it. */
const GRANT = z.string().nullable().default(null)
const TEXTS = z.record(z.string(), z.string())
const GRANTED = z.object({
  places: z.array(z.object({ clusterRole: z.string(), namespace: z.string().nullable() })),
  roles: TEXTS,
  namespaces: TEXTS,
})

const PEOPLE = z.array(z.object({ id: z.int(), login: z.string() }))
const APPROVAL = z.object({
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
  version: z.int().min(1).max(WRITTEN_VERSION),
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
      // Both are absent in records from before GitHub secrets were supported.
      sealed: z.array(SEALED).default([]),
      incomplete: z.array(z.string()).default([]),
      // Absent in records from before countersign kept which sinks were written.
      written: z.array(z.string()).optional(),
      meaning: z.string(),
      proof: z.object({
        kind: z.enum(['terminal', 'review']),
        by: z.string(),
        digest: z.string(),
        // Absent in records from before code review was supported.
        evidence: EVIDENCE.nullable().default(null),
      }),
      issuedAt: DATE,
      // Absent in records from before the age of keys was kept.
      keySince: DATE.optional(),
      // Absent in records from before holders of their own keys were reminded.
      beforeUntil: DATE.nullable().default(null),
      // Absent in records from before people were kept.
      people: PEOPLE.optional(),
      granted: GRANTED.nullable().default(null),
    })
    .transform(issued => ({
      ...issued,
      keySince: issued.keySince ?? issued.issuedAt,
      people:
        issued.people ?? (issued.proof.evidence === null ? [] : peopleOf(issued.proof.evidence)),
      written:
        issued.written ??
        issued.sinks.map(sinkTarget).filter(target => !issued.incomplete.includes(target)),
    }))
    .nullable(),
  withdrawnAt: DATE.nullable(),
  // Absent in records from before attempts after a withdrawal were distinguished from those before it.
  emptied: z.int().min(0).optional(),
  abandoned: z.array(
    z.object({
      n: z.int(),
      objectName: z.string(),
      sha256: z.string().nullable(),
      notAfter: DATE.nullable(),
    }),
  ),
  // Before version 3 earlier certificates were not kept. A countersign of that time would drop these.
  history: z
    .array(
      z.object({
        n: z.int(),
        objectName: z.string(),
        serial: z.string(),
        sha256: z.string(),
        notBefore: DATE,
        notAfter: DATE,
        targets: z.array(z.string()),
        proof: z.string(),
        grant: GRANT,
        ended: z.object({ how: z.enum(ENDINGS), at: DATE, by: z.string().optional() }).nullable(),
        // These three are absent before version 5.
        subject: z.string().default(''),
        sans: z.array(z.string()).default([]),
        approval: z.int().min(0).nullable().default(null),
      }),
    )
    .default([]),
  // The approvals of the history; renewals share one. Absent before version 5.
  approvals: z.array(APPROVAL).default([]),
  // Version 1 counted no failures.
  failures: z
    .object({ count: z.int().min(1), lastAt: DATE, effective: z.string() })
    .nullable()
    .default(null),
})

const OTHER = z.object({ version: z.int().min(WRITTEN_VERSION + 1) })

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
  const written = { version: WRITTEN_VERSION, ...content, history: entries, approvals }
  return `${JSON.stringify(written, null, 2)}\n`
}

/**
 * The record in a ConfigMap's text; null if the text is not a record, `newer` if a later countersign wrote it. Members are named one by
 * one, because an object from `...rest` takes several times the memory of a literal, and a run keeps all records.
 */
export function decodeRecord(
  text: string,
  version: { readonly uid: string; readonly resourceVersion: string },
): RequestRecord | 'newer' | null {
  const json = parseJson(text)
  const parsed = RECORD.safeParse(json)
  if (!parsed.success) return OTHER.safeParse(json).success ? 'newer' : null
  const { request, cluster, n, claim, issued, withdrawnAt, abandoned, failures } = parsed.data
  const { emptied, approvals, history: entries } = parsed.data
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
    emptied: emptied ?? (withdrawnAt === null ? 0 : n),
    version,
  }
}

/** Null if it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
