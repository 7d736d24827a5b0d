// JSON of CertificateSigningRequests for programs: all facts of the text.
import type { Verdict } from '../../domain/request/policy.ts'
import type { DescribedRequest } from '../../domain/cluster/described-request.ts'
import { predictionJson, problemJson } from './results-json.ts'
import { certificateJson, pkcs10Json } from './x509-json.ts'

export function describedJson({
  object,
  state,
  asked,
  remarks,
  problems,
  issued,
}: DescribedRequest): unknown {
  const { name, version, username, signerName, usages, expirationSeconds, conditions } = object
  return {
    name,
    uid: version.uid,
    resourceVersion: version.resourceVersion,
    createdAt: object.createdAt.toISOString(),
    state,
    requester: username,
    requesterGroups: object.groups,
    signerName,
    usages,
    expirationSeconds,
    asked: asked === null ? null : pkcs10Json(asked.pkcs10),
    predicted: asked === null ? null : predictionJson(asked.prediction),
    failure: asked?.failure ?? null,
    refusals: (asked?.refusals ?? []).map(problemJson),
    policy: verdictJson(asked?.verdict ?? null),
    remarks: remarks.map(problemJson),
    problems: problems.map(problemJson),
    conditions,
    certificate: issued === null ? null : certificateJson(issued),
  }
}

function verdictJson(verdict: Verdict | null): unknown {
  if (verdict === null) return null
  return verdict.decision === 'allowed'
    ? { decision: verdict.decision, policies: verdict.policies.map(({ name }) => name) }
    : { decision: verdict.decision, problems: verdict.problems.map(problemJson) }
}
