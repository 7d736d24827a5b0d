// countersign revoke: ends the access of requests, of a person or of one grant, and keeps later runs from granting it again.
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import { nameFromPath } from '../../core/request/request-file-name.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import { accessText, NOT_STOPPED, revokedText } from '../../output/terminal/revocation-text.ts'
import type { Revocable } from '../../workflows/revoke/revocation-targets.ts'
import { gather, revokeIn } from '../../workflows/revoke/revoke.ts'
import type { ClusterToRevoke } from '../../workflows/revoke/revoke.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import { clustersNamed } from '../../workflows/validate/selected-names.ts'
import type { Context } from '../command-context.ts'
import { exitCodeOf } from '../exit-code.ts'
import { whileShown } from '../slow-work.ts'
import { refusedAll } from './plan-command.ts'
import { printReport } from './print-results.ts'

export async function revoke(context: Context, asked: Revocable, yes: boolean): Promise<ExitCode> {
  const { files, options, clusters } = context
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return refusedAll(context, rules.problems)
  const { owner, requests } = rules.value.config
  const chosen = clustersNamed(rules.value.config, options.cluster)
  const listed = (await files.list(options.requests ?? requests)) ?? []
  const failures: Problem[] = []
  const found = await whileShown(context, 'reading clusters', () =>
    Promise.all(chosen.map(each => gather(each, owner, asked, clusters, failures))),
  )
  const places = found.filter(place => place !== null)
  try {
    const inFiles = new Set(listed.map(({ path }) => nameFromPath(path)))
    const targets = places.flatMap(place => place.targets.map(target => ({ ...target, place })))
    const warnings = targets
      .filter(({ records, bindings }) => records.length + bindings.length === 0)
      .filter(({ value }) => !inFiles.has(value))
      .map(({ value, place }) => unknownWarning(value, place.cluster.name))
    if (targets.length > 0) return await carryOut(context, places, failures, warnings, yes)
    if (failures.length > 0 || asked.login === null) return refusedAll(context, failures)
    throw usageFailure(
      `no record names ${visible(asked.login)} as author or contributor of a request`,
      'name the requests: countersign revoke NAME',
    )
  } finally {
    await Promise.all(places.map(({ cluster }) => cluster.close()))
  }
}

async function carryOut(
  context: Context,
  places: readonly ClusterToRevoke[],
  failures: readonly Problem[],
  warnings: readonly Problem[],
  yes: boolean,
): Promise<ExitCode> {
  const { options, terminal, paint } = context
  const isText = options.output === 'text'
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
  if (isText && failures.length > 0) terminal.talk(problemsText(failures, paint))
  if (!yes) {
    for (const { cluster, targets } of places)
      for (const { value, bindings } of targets)
        terminal.talk(
          `${visible(value)} in ${cluster.name}: ${accessText(bindings.map(roleInPlaceText))}`,
        )
    if ((await terminal.ask('Revoke? Only yes is accepted: ')).trim() !== 'yes') {
      terminal.talk('nothing was done')
      return 1
    }
  }
  const revoked = (await Promise.all(places.map(revokeIn))).flat()
  if (isText) terminal.result(revokedText(revoked, paint))
  else
    printReport(context, {
      revoked: revoked.map(each => ({ ...each, problems: each.problems.map(problemJson) })),
      problems: failures.map(problemJson),
      warnings: warnings.map(problemJson),
      notStopped: NOT_STOPPED,
    })
  const isIncomplete = revoked.some(({ outcome }) => outcome === 'incomplete')
  return exitCodeOf({ hasRefusals: isIncomplete || failures.length > 0 })
}

function unknownWarning(value: string, cluster: string): Problem {
  return unplaced(
    'REQUEST_NONE',
    `nothing is known of ${visible(value)} in ${cluster}: no record, no binding, no request file`,
    'check the spelling; it is revoked all the same',
  )
}
