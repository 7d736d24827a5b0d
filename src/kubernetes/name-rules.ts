// Rules about subject and alternative names, judged on every RDN and every GeneralName.
import { KUBE_APISERVER_CLIENT, KUBE_APISERVER_CLIENT_KUBELET } from '../domain/signer.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import type { Code } from '../domain/codes.ts'
import type { Problem } from '../domain/problem.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'
import { valuesOf } from '../x509/name.ts'
import { formatSan } from '../x509/san.ts'
import type { Rule } from './rules.ts'
import { isBuiltIn, isKubeletSigner } from './signers.ts'

const MASTERS = 'system:masters'
const NODES = 'system:nodes'
const NODE_PREFIX = 'system:node:'

/** CertificateSubjectRestriction refuses it for this one signer; whoever signs it, it bypasses every authoriser. */
export const noMasters: Rule = request => {
  const { subject, signerName } = request
  const index = valuesOf(subject, ATTRIBUTE_OIDS.O).indexOf(MASTERS)
  if (index === -1 || signerName !== KUBE_APISERVER_CLIENT) return []
  return [
    problem(
      'SIGNER_MASTERS',
      request,
      `subject.organizations[${index}]`,
      `the group ${MASTERS} bypasses every authorisation rule; the API server refuses it for ${signerName}`,
      'ask for a group that a ClusterRoleBinding names',
    ),
  ]
}

export const clientHasOneName: Rule = request => {
  if (!isBuiltIn(request.signerName)) return []
  const names = valuesOf(request.subject, ATTRIBUTE_OIDS.CN)
  if (names.length > 1)
    return [
      problem(
        'SIGNER_SUBJECT',
        request,
        'commonName',
        `the subject has ${names.length} common names, ${names.join(' and ')}; the signer keeps the last one only`,
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
  const [name = ''] = valuesOf(request.subject, ATTRIBUTE_OIDS.CN)
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
    return sans.map(san =>
      problem(
        'SIGNER_SAN',
        request,
        '',
        `${signerName} signs no alternative names, and ${formatSan(san)} is one`,
        'remove it',
      ),
    )
  const isHost = ({ kind }: EffectiveRequest['sans'][number]): boolean =>
    kind === 'dnsName' || kind === 'ipAddress'
  const refused = sans
    .filter(({ kind }) => kind === 'emailAddress' || kind === 'uri')
    .map(san =>
      problem(
        'SIGNER_SAN',
        request,
        '',
        `${signerName} signs DNS names and IP addresses, not ${formatSan(san)}`,
        'remove it',
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

function problem(
  code: Code,
  request: EffectiveRequest,
  member: string,
  message: string,
  hint: string,
): Problem {
  return { code, at: placeOf(request.places, member), message, hint }
}
