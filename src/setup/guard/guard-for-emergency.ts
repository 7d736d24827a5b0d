// The guard's policy for asks of an emergency: two different people, each with the own name, and nothing else in the object.
import {
  EMERGENCY_LABEL,
  LEAST_SECONDS,
  LONGEST_REASON,
  askPrefix,
} from '../../domain/cluster/emergency.ts'
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { EmergencyConfig } from '../../domain/request/config.ts'
import {
  HAS_ONE_ID,
  IS_NAMESPACE_DELETION,
  MARKS,
  celList,
  celString,
  isApply,
  valueOf,
} from './guard-cel.ts'
import { guardPolicy, refuseUnless, resourceRule } from './guard-policy.ts'
import type { Expressions, GuardPolicy } from './guard-policy.ts'

/** True for an ask by its name: the records policy leaves it to this one. */
export function isAskByName(owner: string): string {
  return `(request.resource.resource == 'configmaps' && variables.name.startsWith(${celString(askPrefix(owner))}))`
}

/** None without `emergency` in the configuration. */
export function emergencyPolicy(installation: Installation): readonly GuardPolicy[] {
  const { owner, subject, cluster, emergency } = installation
  if (emergency === null) return []
  const policy = guardPolicy(installation, 'emergency', {
    namespaces: [cluster.recordNamespace],
    resourceRules: [resourceRule('', ['configmaps'], ['CREATE', 'UPDATE', 'DELETE'])],
    variables: {
      ...MARKS,
      name: 'object != null ? object.metadata.name : oldObject.metadata.name',
      ...askVariables(owner, emergency),
    },
    validations: [
      refuseUnless(
        "!variables.isAsk || variables.isPerson || request.operation == 'DELETE'",
        `asks of the emergency of ${owner} are written by its people, each with a login of their own that has an id`,
      ),
      refuseUnless(
        "!variables.isAsk || request.operation == 'DELETE' || variables.isWellFormed",
        `an ask of the emergency of ${owner} has the name and label of its request, a time and a reason within bounds, and nothing else`,
      ),
      refuseUnless(
        "!variables.isAsk || request.operation != 'CREATE' || (object.data.size() == 4 && object.data.first == request.userInfo.username)",
        'the first person writes the own name, and no second one',
      ),
      refuseUnless(
        "!variables.isAsk || request.operation != 'UPDATE' || (variables.oldLabels == variables.labels && oldObject.data.size() == 4 && object.data.size() == 5 && oldObject.data.all(k, k in object.data && object.data[k] == oldObject.data[k]) && 'second' in object.data && object.data.second == request.userInfo.username && object.data.second != object.data.first)",
        'another person adds the own name once, and changes nothing',
      ),
      refuseUnless(
        `!variables.isAsk || request.operation != 'DELETE' || variables.isPerson || ${isApply(subject)} || ${IS_NAMESPACE_DELETION}`,
        `asks of the emergency of ${owner} are deleted by its people and by countersign`,
      ),
    ],
  })
  return [policy]
}

function askVariables(
  owner: string,
  { people, requests, maxDurationSeconds }: EmergencyConfig,
): Expressions {
  const labelled = ['variables.labels', 'variables.oldLabels'].map(
    map => `(${valueOf(map, EMERGENCY_LABEL)}) == ${celString(owner)}`,
  )
  const keys = ['request', 'seconds', 'reason', 'first'].map(key => `'${key}' in object.data`)
  const [grants, seconds] = [celString(GRANT_PREFIX), 'object.data.seconds']
  return {
    // A finalizer of the garbage collector has to go: what is being deleted is no ask.
    isAsk: `(${[isAskByName(owner), ...labelled].join(' || ')}) && !(oldObject != null && has(oldObject.metadata.deletionTimestamp))`,
    // A certificate of countersign asks for nothing, whatever its name is, and whichever installation issued it.
    isPerson: `request.userInfo.username in ${celList(people)} && ${HAS_ONE_ID} && !(has(request.userInfo.groups) && request.userInfo.groups.exists(g, g.startsWith(${grants})))`,
    isBare: `object != null && variables.annotations.size() == 0 && !has(object.metadata.finalizers) && !has(object.metadata.ownerReferences) && !has(object.binaryData) && !has(object.immutable) && variables.labels == {${celString(EMERGENCY_LABEL)}: ${celString(owner)}}`,
    hasKeys: `has(object.data) && object.data.size() <= 5 && ${keys.join(' && ')}`,
    isWellFormed: `variables.isBare && variables.hasKeys && object.data.request in ${celList(requests)} && variables.name == ${celString(askPrefix(owner))} + object.data.request && ${seconds}.matches('^[1-9][0-9]{2,4}$') && int(${seconds}) >= ${LEAST_SECONDS} && int(${seconds}) <= ${maxDurationSeconds} && object.data.reason.size() >= 1 && object.data.reason.size() <= ${LONGEST_REASON}`,
  }
}
