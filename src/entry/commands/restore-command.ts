// countersign restore: after a restored backup, revokes again what runs remember as revoked, and lets runs work in the cluster again.
import { clusterMemory } from '../../adapters/system/cluster-memory.ts'
import type { Problem } from '../../domain/problem.ts'
import { confirmedMarks } from '../../core/control/restored-cluster.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { revokedText } from '../../output/terminal/revocation-text.ts'
import { restoredMarks, revokeAgain } from '../../workflows/revoke/confirm-restore.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import { clusterNamed } from '../../workflows/validate/selected-names.ts'
import { accountClusters } from '../account-clusters.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { listOf } from '../flags/flag-values.ts'
import type { Switches, Texts } from '../flags/flag-values.ts'
import { installationAt } from './manifests-command.ts'
import { unconfirmed } from './print-results.ts'

const NOT_FOUND =
  'no run found a restored backup. If you know of one, revoke again what was revoked after it: countersign revoke NAME'

/** Confirms one cluster. Throws RUN_USAGE if several are meant, and CLUSTER_ codes. */
export async function restore(
  context: Context,
  _args: readonly string[],
  { approvers, yes }: Texts<'approvers'> & Switches<'yes'>,
): Promise<Answer> {
  const { files, options, clusters, clock, terminal, paint } = context
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return rules
  const settings = clusterNamed(rules.value.config, options.cluster)
  const installation = installationAt(rules.value, settings, null, clock.now())
  if (!installation.ok) return installation
  const { owner } = rules.value.config
  const { name } = settings
  const cluster = await clusters.open(settings, owner)
  const guard = { approvers: listOf(approvers) }
  const found = await restoredMarks(cluster, installation.value, guard).finally(
    () => void cluster.close(),
  )
  if (!found.ok) return found
  const marks = found.value
  if (marks === null) return { text: `${name}: ${NOT_FOUND}`, report: { isConfirmed: false } }
  const gone = marks.lost.revoked.map(({ value }) => `\nrevokes again: ${visible(value)}`).join('')
  terminal.talk(`${name} lost the change ${marks.lost.marks.join(', ')}${gone}`)
  if (!yes && (await terminal.ask('Confirm? Only yes is accepted: ')).trim() !== 'yes')
    return unconfirmed(context)
  const failures: Problem[] = []
  const revoked = await revokeAgain(settings, owner, marks.lost, clusters, failures)
  if (options.output === 'text' && revoked.length > 0)
    terminal.result(revokedText(revoked, new Map(), paint))
  const failed = [...failures, ...revoked.flatMap(({ problems }) => problems)]
  const isRevoked = !failed.some(({ code }) => code.startsWith('CLUSTER_'))
  // The guard lets only the apply identity write.
  const account = isRevoked ? await accountClusters(context).open(settings, owner) : null
  const next = confirmedMarks(marks, clusterMemory('').random)
  const isConfirmed = ((await account?.records.writeMarks(next)) ?? null) !== null
  await account?.close()
  return {
    text: `${name}: the restore is ${isConfirmed ? 'confirmed' : 'not confirmed, run it again'}`,
    report: { isConfirmed, revoked: revoked.map(({ value }) => value) },
    failures,
    hasRefusals: !isConfirmed || failed.length > 0,
  }
}
