// Checks of emergency access: each part of the path that an ask needs, without writing one; and the certificates that no review approved.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, findingsOf, good, ofProblem, unsure } from '../../domain/cluster/finding.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { auditedCertificate, unknownApprovals } from '../../core/audit/recorded-access.ts'
import { earlierCertificates } from '../../core/plan/certificate-history.ts'
import { installAsAdmin } from '../../lib/source/shell-word.ts'
import type { AdministeredCluster } from '../../ports/administration.ts'

/** None without `emergency` in the configuration. */
export async function emergencyFindings(
  cluster: AdministeredCluster,
  { emergency, cluster: { recordNamespace: namespace } }: Installation,
  now: Date,
): Promise<readonly Finding[]> {
  if (emergency === null) return []
  const { emergencies, leases, records, administration } = cluster
  const { people, requests } = emergency
  const parts = [
    async () => {
      const create = { group: '', resource: 'configmaps', verb: 'create', namespace }
      const login = (username: string) => ({ username, groups: ['system:authenticated'] })
      const answers = await Promise.all(
        people.map(person => administration.mayOther(login(person), create)),
      )
      const without = people.filter((_, index) => answers[index] === false)
      if (answers.includes(null))
        return [
          unsure(
            'emergency: not seen whether its people may ask',
            'run doctor with the login of an administrator',
          ),
        ]
      if (!isNonEmpty(without)) return []
      const message = `may not ask in an emergency, as the Role is missing: ${without.join(', ')}`
      return [bad(message, installAsAdmin('identity', cluster))]
    },
    async () => {
      const { username } = await cluster.whoAmI()
      const other = people.find(each => each !== username) ?? ''
      return (await emergencies.isGuarded(requests[0] ?? '', other))
        ? [good('emergency: the guard refused an ask in the name of another person')]
        : [
            bad(
              `emergency: the guard lets this login ask in the name of ${other}`,
              installAsAdmin('guard', cluster),
            ),
          ]
    },
    async () => {
      const [kept, lease] = await Promise.all([emergencies.readKept(), leases.read()])
      if (kept !== null && kept.commit === lease?.commit)
        return [good(`emergency: the controller keeps ${kept.commit.slice(0, 7)}`)]
      const wait = 'run a controller, and wait for its next whole pass'
      return [unsure('emergency: no configuration of the newest pass is kept', wait)]
    },
    async () => {
      const certificates = (await records.list()).records.flatMap(record =>
        earlierCertificates(record, now, false).map(each =>
          auditedCertificate(record, each, now, null),
        ),
      )
      return unknownApprovals(certificates, now)
        .filter(({ code }) => code === 'AUDIT_EMERGENCY')
        .map(ofProblem)
    },
  ]
  return (await Promise.all(parts.map(part => findingsOf(part)))).flat()
}
