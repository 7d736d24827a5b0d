// Rules about subject and alternative names, judged on every RDN and every GeneralName.
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
} from '../../domain/request/signer.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Code } from '../../domain/problem-codes.ts'
import type { San } from '../../domain/request/x500.ts'
import type { Problem } from '../../domain/problem.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { valuesOf } from '../x509/x500-name.ts'
import { formatSan } from '../x509/general-names.ts'
import { isCanonicalUri } from '../x509/uri.ts'
import { placeOfValue, sanMember, subjectMember } from './names-in-spec.ts'
import type { Rule } from './kubernetes-rule.ts'
import { isKubeletSigner } from './built-in-signers.ts'

const MASTERS = 'system:masters'
export const NODES = 'system:nodes'
export const NODE_PREFIX = 'system:node:'
const ORGANIZATIONS = subjectMember(ATTRIBUTE_OIDS.O)

/** CertificateSubjectRestriction refuses it for this one signer; whoever signs it, it bypasses every authoriser. */
export const noMasters: Rule = request => {
  const { subject, signerName } = request
  const isMaster = valuesOf(subject, ATTRIBUTE_OIDS.O).includes(MASTERS)
  if (!isMaster || signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    {
      code: 'SIGNER_MASTERS',
      at: placeOfValue(request.places, ORGANIZATIONS, MASTERS),
      message: `the group ${MASTERS} bypasses every authorisation rule; the API server refuses it for ${signerName}`,
      hint: 'ask for a group that a ClusterRoleBinding names',
    },
  ]
}

/** An empty O would be a group without a name. */
export const groupsHaveNames: Rule = request => {
  if (!valuesOf(request.subject, ATTRIBUTE_OIDS.O).includes('')) return []
  const message = 'an organization is empty, and would be a group without a name'
  return [problem('SIGNER_SUBJECT', request, ORGANIZATIONS, message, 'remove it')]
}

/** Reviewers read the first of several CNs, Go's signers keep the last. */
export const clientHasOneName: Rule = request => {
  const names = valuesOf(request.subject, ATTRIBUTE_OIDS.CN)
  if (names.length > 1)
    return [
      problem(
        'SIGNER_SUBJECT',
        request,
        'commonName',
        `the subject has ${names.length} common names, ${names.join(' and ')}; signers in Go keep the last one only`,
        'name one',
      ),
    ]
  const isNobody = names.length === 0 || names.includes('')
  if (!isNobody || request.signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    problem(
      'SIGNER_LOGIN_NOBODY',
      request,
      'commonName',
      'a client certificate without a common name logs in as nobody',
      'commonName becomes the user, organizations become the groups',
    ),
  ]
}

/** helpers.go ValidateKubeletServingCSR and ValidateKubeletClientCSR: O exactly [system:nodes], CN of a node. */
export const kubeletNames: Rule = request => {
  if (!isKubeletSigner(request.signerName)) return []
  const groups = valuesOf(request.subject, ATTRIBUTE_OIDS.O)
  const name = valuesOf(request.subject, ATTRIBUTE_OIDS.CN).at(-1) ?? ''
  const problems: Problem[] = []
  if (groups.length !== 1 || groups[0] !== NODES)
    problems.push(
      problem(
        'SIGNER_SUBJECT',
        request,
        'subject.organizations',
        `${request.signerName} signs only for the organization ${NODES}`,
        `write organizations: ["${NODES}"]`,
      ),
    )
  if (!name.startsWith(NODE_PREFIX))
    problems.push(
      problem(
        'SIGNER_SUBJECT',
        request,
        'commonName',
        `${request.signerName} signs only common names that begin with ${NODE_PREFIX}`,
        `write commonName: ${NODE_PREFIX}<name of the node>`,
      ),
    )
  return problems
}

export const kubeletSans: Rule = request => {
  const { signerName, sans } = request
  if (!isKubeletSigner(signerName)) return []
  if (signerName === KUBE_APISERVER_CLIENT_KUBELET)
    return sans.flatMap(san =>
      sanProblem(request, san, `${signerName} signs no alternative names, not ${formatSan(san)}`),
    )
  const isHost = ({ kind }: EffectiveRequest['sans'][number]): boolean =>
    kind === 'dnsName' || kind === 'ipAddress'
  const refused = sans
    .filter(({ kind }) => kind === 'emailAddress' || kind === 'uri')
    .flatMap(san =>
      sanProblem(
        request,
        san,
        `${signerName} signs DNS names and IP addresses, not ${formatSan(san)}`,
      ),
    )
  if (sans.some(isHost)) return refused
  return [
    ...refused,
    problem(
      'SIGNER_SAN',
      request,
      'dnsNames',
      `${signerName} needs a DNS name or an IP address`,
      'add dnsNames or ipAddresses',
    ),
  ]
}

/** Go takes URIs apart and puts them together anew: another name would be signed than was approved. */
export const urisAreKept: Rule = request =>
  request.sans.flatMap(san =>
    san.kind !== 'uri' || isCanonicalUri(san.value)
      ? []
      : sanProblem(
          request,
          san,
          `signers in Go would write ${formatSan(san)} in another form`,
          'write it as RFC 3986 does: the scheme in lower case, no user information, nothing unescaped',
        ),
  )

/** The kinds that Go has no field for are not refused but left out, which is a remark of its own. */
function sanProblem(
  { places }: EffectiveRequest,
  san: San,
  message: string,
  hint = 'remove it',
): readonly Problem[] {
  if ('der' in san) return []
  const at = placeOfValue(places, sanMember(san), san.value)
  return [{ code: 'SIGNER_SAN', at, message, hint }]
}

function problem(
  code: Code,
  request: EffectiveRequest,
  member: string,
  message: string,
  hint: string,
): Problem {
  return { code, at: placeOf(request.places, member), message, hint }
}
