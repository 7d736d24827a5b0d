// The guard's policy for tokens of the service accounts that it trusts: countersign's own, those of `--approvers`, and Kubernetes'
// controllers that other rules let through.
import type { Installation } from '../../domain/cluster/installation.ts'
import { KUBE_APISERVER_CLIENT_KUBELET } from '../../domain/request/signer.ts'
import { isSignerAmong } from '../../lib/kubernetes/signer-name.ts'
import {
  KUBE_SYSTEM,
  MAKES_CONTROLLER_TOKENS,
  MAY_DO_EVERYTHING,
  accountOfUser,
  celList,
  celString,
  userName,
} from './guard-cel.ts'
import { KUBELET_APPROVER } from './guard-for-approvals.ts'
import { CREATORS, podAccounts } from './guard-for-workloads.ts'
import { guardPolicy, ownIdentities, refuseUnless, resourceRule } from './guard-policy.ts'
import type { GuardPolicy } from './guard-policy.ts'

const MESSAGE =
  "a token of an account that the guard trusts is given to users who may do everything: kubectl auth can-i '*' '*' --all-namespaces"

const ACCOUNT = 'kubernetes.io/service-account.name'

/** The service account of which a Secret gets a token that never expires; '' if it gets none. */
function accountOf(object: 'object' | 'oldObject'): string {
  const isToken = `${object} != null && has(${object}.type) && ${object}.type == 'kubernetes.io/service-account-token'`
  return `(${isToken} && has(${object}.metadata.annotations) && ${celString(ACCOUNT)} in ${object}.metadata.annotations ? ${object}.metadata.annotations[${celString(ACCOUNT)}] : '')`
}

/** A kubelet gets the token of a pod on its node, which the API server checks. Not every kubelet logs in with a certificate. */
const IS_KUBELET =
  "(request.userInfo.username.startsWith('system:node:') && 'system:nodes' in request.userInfo.groups && request.resource.resource == 'serviceaccounts' && has(object.spec.boundObjectRef) && object.spec.boundObjectRef.kind == 'Pod')"

/** Service accounts in kube-system that other rules let through. */
function trustedControllers(installation: Installation): readonly string[] {
  const names = installation.signers.map(({ name }) => name)
  return [
    ...(isSignerAmong(names, KUBE_APISERVER_CLIENT_KUBELET) ? [KUBELET_APPROVER] : []),
    ...(podAccounts(installation).length === 0 ? [] : Object.values(CREATORS)),
  ].map(name => `${KUBE_SYSTEM}:${name}`)
}

/**
 * Restricts tokens of these service accounts, and Secrets that get one, to users who may do everything, to the kubelets of their pods,
 * and to kube-controller-manager. If countersign does not run in the cluster, no pod may use the account of apply.
 */
export function identityPolicy(
  installation: Installation,
  approvers: readonly string[],
): readonly GuardPolicy[] {
  const { subject, cluster, owner } = installation
  const own = ownIdentities(installation).map(userName).flatMap(accountOfUser)
  const controllers = trustedControllers(installation)
  const trusted = [...own, ...controllers, ...approvers.flatMap(accountOfUser)]
  if (trusted.length === 0) return []
  const running = podAccounts(installation).map(name => `${cluster.recordNamespace}:${name}`)
  const withoutPods = [...own.filter(account => !running.includes(account)), ...controllers]
  const isResource = (name: string): string => `request.resource.resource == ${celString(name)}`
  const of = (account: string, accounts: readonly string[]): string =>
    `(request.namespace + ':' + ${account}) in ${celList(accounts)}`
  const ofPod = of(
    "(has(object.spec.serviceAccountName) ? object.spec.serviceAccountName : '')",
    withoutPods,
  )
  const ofSecret = `${accountOf('object')} != ${accountOf('oldObject')} && ${of(accountOf('object'), trusted)}`
  const ofToken = of('request.name', trusted)
  const self = celString(userName(subject))
  return [
    guardPolicy(installation, 'identity', {
      namespaces: trusted.map(account => account.split(':')[0] ?? ''),
      resourceRules: [
        resourceRule('', ['serviceaccounts/token', 'pods'], ['CREATE']),
        resourceRule('', ['secrets'], ['CREATE', 'UPDATE']),
      ],
      matchConditions: {
        'trusted-account': `${isResource('serviceaccounts')} ? ${ofToken} : (${isResource('secrets')} ? ${ofSecret} : ${ofPod})`,
      },
      validations: [
        refuseUnless(
          `!(${isResource('pods')}) || !(${of('object.spec.serviceAccountName', own)})`,
          `no pod runs as this account of countersign (${owner})`,
        ),
        refuseUnless(
          `request.userInfo.username != ${self} && (${IS_KUBELET} || ${MAKES_CONTROLLER_TOKENS} || ${MAY_DO_EVERYTHING})`,
          MESSAGE,
        ),
      ],
    }),
  ]
}
