// Checks of the rights that apply needs in a cluster, one by one. Missing rights are shown as rules to paste.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good } from '../../domain/cluster/finding.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { EVERY_ISSUER, domainWildcard, issuerOf } from '../../lib/kubernetes/signer-name.ts'
import type { Right } from '../../ports/cluster.ts'

const CERTIFICATES = 'certificates.k8s.io'
const RBAC = 'rbac.authorization.k8s.io'

/** One finding that lists the missing rights of `needed` and the signers. `may` answers for the identity in `who`. */
export async function rightFindings(
  installation: Installation,
  needed: readonly Right[],
  who: string,
  may: (right: Right) => Promise<boolean>,
): Promise<readonly Finding[]> {
  const area = installation.cluster.name
  const asked = await Promise.all(needed.map(async right => ({ right, isThere: await may(right) })))
  const missing = asked.filter(({ isThere }) => !isThere).map(({ right }) => right)
  const signers = await Promise.all(
    installation.signers.map(async ({ name }) => ((await mayApprove(name, may)) ? [] : [name])),
  )
  const unapproved = signers.flat()
  if (missing.length === 0 && unapproved.length === 0)
    return [good(area, `${who} has the rights that apply needs`)]
  const found = [
    ...unapproved.map(name =>
      bad(
        area,
        `${who} may not approve ${name}`,
        clusterRule(CERTIFICATES, 'signers', ['approve'], name),
      ),
    ),
    ...grouped(missing).map(group => missingFinding(area, who, group)),
  ]
  if (found.length === 1) return found
  const deeds = found.map(({ message }) => message.slice(`${who} may not `.length)).join('; ')
  const paste = `countersign manifests identity --cluster ${area} | kubectl apply -f -\nif apply logs in as another user than ${who}: run doctor as an administrator of the cluster`
  return [bad(area, `${who} may not ${deeds}`, paste, 'CLUSTER_FORBIDDEN')]
}

/** If only `<domain>/*` is granted, RBAC answers false for the exact name. So both are asked. */
async function mayApprove(name: string, may: (right: Right) => Promise<boolean>): Promise<boolean> {
  const right = { group: CERTIFICATES, resource: 'signers', verb: 'approve' }
  return (await may({ ...right, name })) || may({ ...right, name: domainWildcard(name) })
}

export function neededRights({
  cluster,
  signers,
  secrets,
  accessRoles,
}: Installation): readonly Right[] {
  const each = (right: Omit<Right, 'verb'>, verbs: readonly string[]): readonly Right[] =>
    verbs.map(verb => ({ ...right, verb }))
  const bindings = accessRoles.length === 0 ? [] : ['rolebindings', 'clusterrolebindings']
  const requests = { group: CERTIFICATES, resource: 'certificatesigningrequests' }
  return [
    ...each(requests, ['create', 'get', 'list', 'watch']),
    ...each({ ...requests, subresource: 'approval' }, ['update']),
    ...each({ group: '', resource: 'configmaps', namespace: cluster.recordNamespace }, [
      'get',
      'list',
      'create',
      'update',
      ...(accessRoles.length === 0 ? [] : ['delete']),
    ]),
    ...each(
      {
        group: '',
        resource: 'configmaps',
        namespace: 'kube-system',
        name: 'extension-apiserver-authentication',
      },
      ['get'],
    ),
    ...signers.flatMap(({ name }) => {
      const issuer = name === EVERY_ISSUER ? {} : issuerOf(name)
      if (issuer === null) return []
      return each({ group: 'cert-manager.io', resource: 'signers', ...issuer }, ['reference'])
    }),
    ...secrets.flatMap(({ namespace, names }) =>
      (names ?? [null]).flatMap(name =>
        each({ group: '', resource: 'secrets', namespace, ...(name === null ? {} : { name }) }, [
          'get',
          'create',
          'patch',
          'delete',
        ]),
      ),
    ),
    ...bindings.flatMap(resource =>
      each({ group: RBAC, resource }, ['get', 'list', 'create', 'update', 'delete']),
    ),
    ...accessRoles.flatMap(name =>
      each({ group: RBAC, resource: 'clusterroles', name }, ['bind', 'get']),
    ),
    ...(bindings.length === 0 ? [] : each({ group: '', resource: 'namespaces' }, ['get'])),
  ]
}

type Group = readonly [Right, ...Right[]]

/** Rights that differ only in the verb. */
function grouped(rights: readonly Right[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const right of rights) {
    const key = JSON.stringify({ ...right, verb: '' })
    const found = groups.get(key)
    groups.set(key, found === undefined ? [right] : [...found, right])
  }
  return [...groups.values()]
}

function missingFinding(area: string, who: string, group: Group): Finding {
  const [{ resource, subresource, namespace, name }] = group
  const verbs = group.map(({ verb }) => verb)
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  const role = resource === 'clusterroles' ? ` ${name}` : ''
  const where = namespace === undefined ? role : ` in ${namespace}`
  const message = `${who} may not ${verbs.join(', ')} ${whole}${where}`
  return bad(area, message, ruleFor(group[0], whole, verbs, name), 'CLUSTER_FORBIDDEN')
}

function ruleFor(
  { group, namespace }: Right,
  resource: string,
  verbs: readonly string[],
  name: string | undefined,
): string {
  if (namespace === undefined) return clusterRule(group, resource, verbs, name)
  return `a Role in namespace ${namespace} with this rule (countersign manifests identity prints all of it):\n${ruleLine(group, resource, verbs, name)}`
}

function clusterRule(
  group: string,
  resource: string,
  verbs: readonly string[],
  name: string | undefined,
): string {
  return `a ClusterRole with this rule (countersign manifests identity prints all of it):\n${ruleLine(group, resource, verbs, name)}`
}

function ruleLine(
  group: string,
  resource: string,
  verbs: readonly string[],
  name: string | undefined,
): string {
  const names = name === undefined ? '' : `resourceNames: [${JSON.stringify(name)}], `
  return `- {apiGroups: [${JSON.stringify(group)}], resources: [${resource}], ${names}verbs: [${verbs.join(', ')}]}`
}
