// Policies and requests as text and as values, with usual defaults: a test names only what matters.
import type { JudgeContext, Policy } from '../../src/domain/request/policy.ts'
import type { San } from '../../src/domain/request/x500.ts'
import type { Problem } from '../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../src/domain/request/request.ts'
import { judge } from '../../src/core/policy/judge-policies.ts'
import { parsePolicy } from '../../src/core/policy/load-policies.ts'
import { oid as objectIdentifier, tlv as encode } from '../../src/lib/x509/der-write.ts'
import { requestFile, valueOf } from './request.ts'

/** A policy file from the lines below its selector, each indented by two spaces here. */
export function policyYaml(
  lines: readonly string[],
  name = 'people',
  selector = '{paths: ["**"]}',
) {
  const head = `apiVersion: countersign.dev/v1\nkind: CertificateRequestPolicy\nmetadata: {name: ${name}}\n`
  return `${head}spec:\n  selector: ${selector}\n${lines.map(line => `  ${line}\n`).join('')}`
}

/** The file of a policy, below policies/. */
export function policyFile(text: string, name = 'people') {
  return requestFile(text, { path: `policies/${name}.yaml` })
}

/** A policy for every request, from the lines below its selector. */
export function policy(lines: readonly string[], name = 'people', selector?: string): Policy {
  return valueOf(parsePolicy(policyFile(policyYaml(lines, name, selector), name)))
}

/** A policy that allows the request of test/build/effective.ts, so that a test can remove one part. */
export const JANE_LINES = [
  'allowed:',
  '  commonName: {value: jane}',
  '  subject: {organizations: {values: [developers]}}',
  '  usages: [digital signature, client auth]',
  'sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]',
] as const

export const NOBODY: JudgeContext = { requester: null, isPublic: false }
export const AUTHOR: JudgeContext = {
  requester: { login: 'author', id: 1001, name: 'jane' },
  isPublic: false,
}

/** The codes of a verdict, sorted and unique; `allowed` if there are none. */
export function codesOfVerdict(
  request: EffectiveRequest,
  policies: readonly Policy[],
  context: JudgeContext = NOBODY,
): string {
  const verdict = judge(request, policies, [], context)
  return verdict.decision === 'allowed' ? 'allowed' : codes(verdict.problems)
}

export function codes(problems: readonly Problem[]): string {
  return [...new Set(problems.map(({ code }) => code))].sort().join(' ')
}

/** An otherName SAN: a type and a value of this universal tag (12 is a UTF8String). */
export function otherName(oid: string, text: string, tag = 0x0c): San {
  const value = encode(0xa0, encode(tag, Buffer.from(text)))
  return { kind: 'otherName', der: encode(0xa0, objectIdentifier(oid), value) }
}

/** A SAN of a kind that no policy allows; its content does not matter. */
export function opaqueSan(kind: 'x400Address' | 'directoryName' | 'ediPartyName' | 'registeredId') {
  const tags = { x400Address: 0xa3, directoryName: 0xa4, ediPartyName: 0xa5, registeredId: 0x88 }
  return { kind, der: encode(tags[kind], Buffer.from([0x2a, 0x03])) } as const
}
