// JSON of an inspected file for programs: all facts of the text, and no private key.
import type { InspectedPart, Inspection } from '../../domain/request/inspection.ts'
import { REPORT_VERSION } from '../../domain/version.ts'
import { problemJson } from './results-json.ts'
import { certificateJson, pkcs10Json, publicKeyJson } from './x509-json.ts'

export function inspectionJson({ what, parts, problems }: Inspection): unknown {
  return {
    version: REPORT_VERSION,
    what,
    parts: parts.map(partJson),
    problems: problems.map(problemJson),
  }
}

function partJson(part: InspectedPart): unknown {
  const { kind, where } = part
  switch (part.kind) {
    case 'request':
      return { kind, where, request: pkcs10Json(part.request) }
    case 'certificate': {
      const { issuer, key } = part
      return { kind, where, certificate: certificateJson(part.certificate), issuer, key }
    }
    case 'private key':
    case 'public key':
      return { kind, where, publicKey: publicKeyJson(part.publicKey) }
    case 'note':
      return { kind, where, text: part.text }
  }
}
