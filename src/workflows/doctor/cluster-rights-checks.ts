// Checks of the rights that apply needs in a cluster, one by one. Missing rights are shown as rules to paste.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import { grouped } from '../../domain/lists.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { ruleText } from '../../lib/kubernetes/rule-text.ts'
import { installCommand } from '../../lib/source/shell-word.ts'
import { domainWildcard } from '../../lib/kubernetes/signer-name.ts'
import type { Cluster, Right } from '../../ports/cluster.ts'
import { rightsOf } from '../../setup/rbac/apply-identity.ts'
import { rightsInRoles, rightsWords, withoutVerb } from '../../setup/rbac/role-rights.ts'

const CERTIFICATES = 'certificates.k8s.io'

/** One finding that lists the missing rights of `needed` and the signers. `may` answers for the identity in `who`; `installed`: the command that applies manifests. */
export async function rightFindings(
  installation: Installation,
  needed: readonly Right[],
  who: string,
  may: (right: Right) => Promise<boolean>,
  installed: (part: string) => string = part =>
    installCommand(part, { name: installation.cluster.name }),
): Promise<readonly Finding[]> {
  const area = installation.cluster.name
  const asked = await Promise.all(needed.map(async right => ({ right, isThere: await may(right) })))
  const missing = asked.filter(({ isThere }) => !isThere).map(({ right }) => right)
  const signers = await Promise.all(
    installation.signers.map(async ({ name }) => ((await mayApprove(name, may)) ? [] : [name])),
  )
  const unapproved = signers.flat()
  if (missing.length === 0 && unapproved.length === 0)
    return [good(`${who} has the rights that apply needs`)]
  const groups = grouped(missing.map(right => [withoutVerb(right), right]))
  const found = [
    ...unapproved.map(name =>
      bad(
        `${who} may not approve ${name}`,
        ruleFor(area, { group: CERTIFICATES, name }, 'signers', ['approve']),
      ),
    ),
    ...[...groups.values()].map(group => missingFinding(area, who, group)),
  ]
  if (found.length === 1) return found
  const deeds = found.map(({ message }) => message.slice(`${who} may not `.length)).join('; ')
  const paste = `if apply logs in as another user than ${who}, run doctor with that login; else:\n${installed('identity')}`
  return [bad(`${who} may not ${deeds}`, paste, 'CLUSTER_FORBIDDEN')]
}

/** If only `<domain>/*` is granted, RBAC answers false for the exact name. So both are asked. */
async function mayApprove(name: string, may: (right: Right) => Promise<boolean>): Promise<boolean> {
  const right = { group: CERTIFICATES, resource: 'signers', verb: 'approve' }
  return (await may({ ...right, name })) || may({ ...right, name: domainWildcard(name) })
}

/** Resources in the order of the message. */
const ORDER = [
  'certificatesigningrequests',
  'configmaps',
  'signers',
  'secrets',
  'rolebindings',
  'clusterrolebindings',
  'clusterroles',
  'namespaces',
]

/** The rights of the roles that `manifests identity` prints for apply, without the approval of signers and the guard. */
export function neededRights(installation: Installation): readonly Right[] {
  return rightsInRoles(rightsOf(installation))
    .filter(({ group, resource }) => group !== CERTIFICATES || resource !== 'signers')
    .toSorted((a, b) => ORDER.indexOf(a.resource) - ORDER.indexOf(b.resource))
}

/** Warns of ClusterRoles that policies allow and that do not exist: apply refuses requests for them. */
export async function roleFindings(
  { setupObjects }: Pick<Cluster, 'setupObjects'>,
  { accessRoles }: Installation,
): Promise<readonly Finding[]> {
  const found = accessRoles.map(async name => {
    const stored = await setupObjects.read({ kind: 'ClusterRole', metadata: { name } })
    return stored === null ? [name] : []
  })
  const names = (await Promise.all(found)).flat()
  if (names.length === 0) return []
  const message = `the policies allow access by ClusterRoles that do not exist: ${names.join(', ')}`
  return [unsure(message, 'create them, or remove them from the policies')]
}

function missingFinding(area: string, who: string, group: NonEmpty<Right>): Finding {
  const [{ resource, subresource }] = group
  const verbs = group.map(({ verb }) => verb)
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`
  const message = `${who} may not ${rightsWords(group)}`
  return bad(message, ruleFor(area, group[0], whole, verbs), 'CLUSTER_FORBIDDEN')
}

function ruleFor(
  area: string,
  { group, namespace, name }: Omit<Right, 'resource' | 'verb'>,
  resource: string,
  verbs: readonly string[],
): string {
  const role = namespace === undefined ? 'a ClusterRole' : `a Role in namespace ${namespace}`
  return `${role} with this rule (countersign manifests identity --cluster ${area} prints all of it):\n${ruleText(group, resource, name ?? null, verbs)}`
}
