// The guard's policy for the namespace of the controller: who enters its pods, and who runs pods as its service accounts.
import type { Installation } from '../../domain/cluster/installation.ts'
import { MAY_DO_EVERYTHING, controllerName, isController, celList, celString } from './guard-cel.ts'
import { guardPolicy, refuseUnless, resourceRule } from './guard-policy.ts'
import type { GuardPolicy } from './guard-policy.ts'

/**
 * Owner of an object → controller of kube-system that creates the object from the template of the owner. StatefulSets and DaemonSets
 * are not among them: their pods come from ControllerRevisions, which others may write.
 */
export const CREATORS = {
  Deployment: 'deployment-controller',
  ReplicaSet: 'replicaset-controller',
  ReplicationController: 'replication-controller',
  CronJob: 'cronjob-controller',
  Job: 'job-controller',
}

const ENTERS = "request.operation == 'CONNECT' || has(request.subResource)"
const WRITES = ['CREATE', 'UPDATE']

/** Names of the service accounts that run pods of countersign in the record namespace. */
export function podAccounts({ subject, approver, cluster }: Installation): readonly string[] {
  const runs = cluster.auth.kind === 'inCluster' && subject.kind === 'ServiceAccount'
  return [...(runs ? [subject.name] : []), ...(approver === null ? [] : [approver.subject.name])]
}

/** None if no pod of countersign runs in the cluster. */
export function workloadsPolicy(installation: Installation): readonly GuardPolicy[] {
  const { cluster, owner } = installation
  const accounts = podAccounts(installation)
  if (accounts.length === 0) return []
  const creators = Object.entries(CREATORS).map(
    ([kind, name]) => `${celString(kind)}: ${celString(name)}`,
  )
  return [
    guardPolicy(installation, 'workloads', {
      namespaces: [cluster.recordNamespace],
      resourceRules: [
        resourceRule('', ['pods/exec', 'pods/attach', 'pods/portforward'], ['CONNECT']),
        resourceRule('', ['pods/ephemeralcontainers'], ['UPDATE']),
        resourceRule('', ['pods', 'replicationcontrollers'], WRITES),
        resourceRule('apps', ['deployments', 'replicasets', 'statefulsets', 'daemonsets'], WRITES),
        resourceRule('batch', ['jobs', 'cronjobs'], WRITES),
      ],
      variables: {
        template:
          "request.resource.resource == 'cronjobs' ? object.spec.jobTemplate.spec : object.spec",
        pod: "request.resource.resource == 'pods' ? object.spec : (has(variables.template.template) ? variables.template.template.spec : {})",
        creators: `{${creators.join(', ')}}`,
        isCreator: `has(object.metadata.ownerReferences) && object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller && o.kind in variables.creators && ${isController(`${celString(controllerName(''))} + variables.creators[o.kind]`)})`,
      },
      validations: [
        refuseUnless(
          `!(${ENTERS}) || ${MAY_DO_EVERYTHING}`,
          `the pods of countersign (${owner}) are entered by users who may do everything`,
        ),
        refuseUnless(
          `${ENTERS} || !(has(variables.pod.serviceAccountName) && variables.pod.serviceAccountName in ${celList(accounts)}) || (oldObject != null && oldObject.spec == object.spec) || variables.isCreator || ${MAY_DO_EVERYTHING}`,
          `pods run as the service accounts of countersign (${owner}) if a user who may do everything starts them`,
        ),
      ],
    }),
  ]
}
