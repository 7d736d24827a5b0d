// Rules for subject and alternative names, judged on every RDN and every GeneralName.
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
} from '../../domain/request/signer.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { San } from '../../domain/request/x500.ts'
import type { Problem } from '../../domain/problem.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { attributeValues } from '../x509/x500-name.ts'
import { formatSan } from '../x509/general-names.ts'
import { isCanonicalUri } from '../x509/uri.ts'
import { placeOfValue, sanMember, subjectMember } from './names-in-spec.ts'
import type { Rule } from './kubernetes-rule.ts'
import { isKubeletSigner } from './built-in-signers.ts'

const MASTERS = 'system:masters'
export const NODES = 'system:nodes'
export const NODE_PREFIX = 'system:node:'
const ORGANIZATIONS = subjectMember(ATTRIBUTE_OIDS.O)

/** Whether one of the groups is system:masters. */
export function hasMasters({ subject }: Pick<EffectiveRequest, 'subject'>): boolean {
  return attributeValues(subject, ATTRIBUTE_OIDS.O).includes(MASTERS)
}

/**
 * Returns SIGNER_MASTERS for the group system:masters with kubernetes.io/kube-apiserver-client. The admission plugin
 * CertificateSubjectRestriction refuses it for this signer alone (k8s.io/kubernetes
 * plugin/pkg/admission/certificates/subjectrestriction), but the group bypasses every authorizer, whichever signer signed.
 */
export const noMasters: Rule = request => {
  const { signerName } = request
  if (!hasMasters(request) || signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    {
      code: 'SIGNER_MASTERS',
      at: placeOfValue(request.places, ORGANIZATIONS, MASTERS),
      message: `the group ${MASTERS} bypasses every authorisation rule; the API server refuses it for ${signerName}`,
      hint: 'request a group that a ClusterRoleBinding names',
    },
  ]
}

/** Returns SIGNER_SUBJECT for an empty O, which would become a group without a name. */
export const groupsHaveNames: Rule = request => {
  if (!attributeValues(request.subject, ATTRIBUTE_OIDS.O).includes('')) return []
  const message = 'an organization is empty, and would be a group without a name'
  return [memberProblem('SIGNER_SUBJECT', request, ORGANIZATIONS, message, 'remove it')]
}

/**
 * Returns SIGNER_SUBJECT for several common names: reviewers read the first, Go's signers keep the last. Returns
 * SIGNER_LOGIN_NOBODY if a client certificate (kubernetes.io/kube-apiserver-client) has none, or an empty one.
 */
export const clientHasOneName: Rule = request => {
  const names = attributeValues(request.subject, ATTRIBUTE_OIDS.CN)
  if (names.length > 1)
    return [
      memberProblem(
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
    memberProblem(
      'SIGNER_LOGIN_NOBODY',
      request,
      'commonName',
      'a client certificate without a common name logs in as nobody',
      'commonName becomes the user, organizations become the groups',
    ),
  ]
}

/**
 * Returns SIGNER_SUBJECT if a kubelet signer is asked for another O than exactly [system:nodes], or for a CN that does not begin
 * with system:node: (k8s.io/kubernetes pkg/apis/certificates/helpers.go, ValidateKubeletServingCSR and ValidateKubeletClientCSR).
 */
export const kubeletNames: Rule = request => {
  if (!isKubeletSigner(request.signerName)) return []
  const groups = attributeValues(request.subject, ATTRIBUTE_OIDS.O)
  const name = attributeValues(request.subject, ATTRIBUTE_OIDS.CN).at(-1) ?? ''
  const problems: Problem[] = []
  if (groups.length !== 1 || groups[0] !== NODES)
    problems.push(
      memberProblem(
        'SIGNER_SUBJECT',
        request,
        'subject.organizations',
        `${request.signerName} signs only for the organization ${NODES}`,
        `write organizations: ["${NODES}"]`,
      ),
    )
  if (!name.startsWith(NODE_PREFIX))
    problems.push(
      memberProblem(
        'SIGNER_SUBJECT',
        request,
        'commonName',
        `${request.signerName} signs only common names that begin with ${NODE_PREFIX}`,
        `write commonName: ${NODE_PREFIX}<name of the node>`,
      ),
    )
  return problems
}

/**
 * Returns SIGNER_SAN by the same source: the kubelet client signer signs no alternative names; the serving signer needs a DNS name
 * or an IP address, and signs no email addresses or URIs.
 */
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
    memberProblem(
      'SIGNER_SAN',
      request,
      'dnsNames',
      `${signerName} needs a DNS name or an IP address`,
      'add dnsNames or ipAddresses',
    ),
  ]
}

/**
 * Returns SIGNER_SAN for each URI that is not canonical: Go parses URIs and writes them again, so another name would be signed than
 * was approved.
 */
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

/** Signers leave out the kinds that Go has no field for, and do not refuse them; `partsAreKept` warns of those. */
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
