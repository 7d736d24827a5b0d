// What a policy for pending CertificateSigningRequests has to say, and what only such a policy may say.
import { isForPending } from '../../../domain/request/policy.ts'
import type { PolicySelector } from '../../../domain/request/policy.ts'
import type { ApprovalRule } from '../../../domain/request/config.ts'
import type { Fault } from '../../../lib/schema/check-schema.ts'

interface Said {
  readonly selector: PolicySelector
  readonly constraints?: { readonly maxDuration: number | null } | undefined
  readonly approvals?: ApprovalRule | undefined
  readonly deny?: boolean | undefined
}

/** The selector may be as the file has it, if something in it is wrong. Empty if the members fit together. */
export function pendingFaults({ selector, constraints, approvals, deny }: Said): readonly Fault[] {
  const isByNobody = approvals?.required === 0
  if (!isForPending(selector)) {
    const found = [...(isByNobody ? ['approvals'] : []), ...(deny === undefined ? [] : ['deny'])]
    return found.map(member => ({
      path: [member],
      message: `${member === 'deny' ? 'deny' : 'required: 0'} is only for policies with selector.usernames or selector.groups`,
      hint: 'add selector.usernames, or remove this',
      atKey: true,
    }))
  }
  const signers = selector.signerNames ?? []
  const isExact = signers.length > 0 && signers.every(name => !name.includes('*'))
  const below = (member: string, value: unknown): string[] => (value === undefined ? [] : [member])
  return [
    ...(isExact ? [] : [missing(['selector'], 'names each signer', `signerNames: [${EXAMPLE}]`)]),
    ...(isByNobody
      ? []
      : [missing(below('approvals', approvals), 'needs no person', 'approvals: {required: 0}')]),
    ...((constraints?.maxDuration ?? null) === null
      ? [missing(below('constraints', constraints), 'bounds the lifetime', BOUND)]
      : []),
  ]
}

const EXAMPLE = 'kubernetes.io/kubelet-serving'
const BOUND =
  'constraints: {maxDuration: 24h}. A kubelet requests no lifetime, and gets 8760h unless the configuration has a maxDuration of the signer'

function missing(path: string[], what: string, line: string): Fault {
  const message = `a policy for pending requests ${what}`
  return { code: 'FILE_FIELD_REQUIRED', path, message, hint: `write ${line}`, atKey: true }
}
