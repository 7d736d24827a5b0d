// countersign revoke: ends the access of requests, of a person or of one grant, and keeps later runs from granting it again.
import { caughtProblem, unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { accessText, NOT_STOPPED, revokedText } from '../../output/terminal/revocation-text.ts'
import { gatherTargets, revokeIn } from '../../workflows/revoke/revoke.ts'
import type { OpenedPull } from '../../workflows/bootstrap/propose-files.ts'
import type { ClusterToRevoke } from '../../workflows/revoke/revoke.ts'
import { readConfig } from '../../workflows/validate/rules-in-force.ts'
import { clustersNamed } from '../../workflows/validate/selected-names.ts'
import type { Clusters } from '../../ports/cluster.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { unconfirmed } from './print-results.ts'
import { requestsInCheckout } from './named-requests.ts'
import {
  noRequestWarning,
  refuseUnknown,
  tellLastConfig,
  unknownWarning,
} from './unknown-revocations.ts'
import { whileShown } from '../slow-work.ts'
import type { GithubFlags, Switches, Texts } from '../flags/flag-values.ts'

/** Throws RUN_USAGE unless exactly one of names, --login and --grant is given. */
export async function revoke(
  context: Context,
  named: readonly string[],
  { login, grant, yes, ...github }: GithubFlags & Texts<'login' | 'grant'> & Switches<'yes'>,
): Promise<Answer> {
  if ([named.length > 0, login !== null, grant !== null].filter(Boolean).length !== 1)
    throw usageFailure('revoke takes names, or --login, or --grant', 'countersign revoke NAME')
  const asked = { names: named, login, grant }
  const { files, options, clusters } = context
  const config = await readConfig(files, options.config)
  if (!config.ok) {
    await tellLastConfig(context)
    return config
  }
  const { owner, requests, people } = config.value
  const chosen = clustersNamed(config.value, options.cluster)
  const opening: Clusters = { open: (each, by) => clusters.open(each, by, chosen) }
  const folder = options.requests ?? requests
  const written = await requestsInCheckout(context)
  const silent = new Map<string, readonly Problem[]>()
  const found = await whileShown(context, 'reading clusters', () =>
    Promise.all(
      chosen.map(async each => {
        const own: Problem[] = []
        const place = await gatherTargets(each, owner, asked, opening, own, !yes)
        if (place === null) silent.set(each.name, own)
        return place
      }),
    ),
  )
  const places = found.filter(place => place !== null)
  const failures = [...silent.values(), ...places.map(({ failed }) => failed)].flat()
  try {
    const rest = config.value.clusters.filter(each => !chosen.includes(each))
    const isHere = (each: { cluster: string | null }) =>
      rest.every(({ name }) => name !== each.cluster)
    const here = written.filter(isHere)
    const there = written.filter(each => !isHere(each))
    const elsewhere = new Map(there.map(({ name, cluster }) => [name, cluster]))
    const inFiles = new Set(here.map(({ name }) => name))
    const targets = places.flatMap(place => place.targets.map(target => ({ ...target, place })))
    // A cluster that could not be read may know the name.
    const readable = targets.filter(({ place }) => place.isListed && place.failed.length === 0)
    const unknown = readable
      .filter(({ records, bindings }) => records.length + bindings.length === 0)
      .filter(({ value }) => !inFiles.has(value))
    const warnings = unknown.map(({ value, place }) =>
      unknownWarning(value, place.cluster.name, inFiles, elsewhere),
    )
    if (yes && failures.length === 0) {
      const known = new Set(
        targets.filter(each => !unknown.includes(each)).map(({ value }) => value),
      )
      const others = named.filter(name => !known.has(name))
      refuseUnknown(others, here, people, elsewhere)
    }
    if (login === null && targets.length === 0) return { ok: false, problems: failures }
    const logins = places.flatMap(place => place.logins)
    if (login !== null && targets.length + failures.length === 0)
      warnings.push(noRequestWarning(login, logins, people, inFiles))
    const names = [...new Set(targets.map(({ value }) => value))]
    const leaver = login === null ? null : { login, names, requests: folder }
    return await carryOut(context, { places, failures, silent, warnings, leaver, github }, yes)
  } finally {
    await Promise.all(places.map(({ cluster }) => cluster.close()))
  }
}

interface Work {
  readonly places: readonly ClusterToRevoke[]
  readonly failures: readonly Problem[]
  /** As in `revokedText`. */
  readonly silent: ReadonlyMap<string, readonly Problem[]>
  readonly warnings: readonly Problem[]
  /** The person of --login. */
  readonly leaver: Leaver | null
  readonly github: GithubFlags
}

async function carryOut(
  context: Context,
  { places, failures, silent, warnings, leaver, github }: Work,
  yes: boolean,
): Promise<Answer> {
  const { options, terminal, paint } = context
  const isText = options.output === 'text'
  if (warnings.length > 0) terminal.talk(problemsText(warnings, paint, 'warning'))
  if (isText && failures.length > 0) terminal.talk(problemsText(failures, paint))
  if (!yes) {
    for (const { cluster, targets, isListed } of places)
      for (const { value, bindings } of targets) {
        const access = isListed ? accessText(bindings.map(roleInPlaceText)) : 'bindings unknown'
        terminal.talk(`${visible(value)} in ${cluster.name}: ${access}`)
      }
    if (leaver !== null && places.every(({ targets }) => targets.length === 0))
      terminal.talk(`pull requests take ${visible(leaver.login)} out of the files; no access ends`)
    if ((await terminal.ask('Revoke? Only yes is accepted: ')).trim() !== 'yes')
      return unconfirmed(context)
  }
  const revoked = (await Promise.all(places.map(revokeIn))).flat()
  if (isText && revoked.length + silent.size > 0)
    terminal.result(revokedText(revoked, silent, paint))
  const opened = leaver === null ? NOTHING_OPENED : await openDeparture(context, github, leaver)
  if (isText) printDeparture(context, opened)
  const isNobody = leaver?.names.length === 0 && opened.pullRequests.length === 0
  const isIncomplete = isNobody || revoked.some(({ outcome }) => outcome === 'incomplete')
  return {
    text: null,
    report: {
      revoked: revoked.map(each => ({ ...each, problems: each.problems.map(problemJson) })),
      pullRequests: opened.pullRequests,
      problems: [...failures, ...opened.problems].map(problemJson),
      warnings: warnings.map(problemJson),
      notAsked: [...silent.keys()],
      notStopped: NOT_STOPPED,
    },
    hasRefusals: isIncomplete || failures.length + opened.problems.length > 0,
  }
}

// The pull requests of countersign revoke --login. They come after the revocation, and their failure takes nothing of it back.

interface Leaver {
  readonly login: string
  /** Names of the person's requests. */
  readonly names: readonly string[]
  /** Folder of the request files. */
  readonly requests: string
}

interface OpenedDeparture {
  readonly pullRequests: readonly OpenedPullRequest[]
  /** What is left for a person. */
  readonly problems: readonly Problem[]
}

interface OpenedPullRequest extends OpenedPull {
  /** What it takes the person out of. */
  readonly of: 'requests' | 'configuration'
}

const NOTHING_OPENED: OpenedDeparture = { pullRequests: [], problems: [] }

/** Throws nothing that GitHub or the flags cause: the access has ended, and the rest is a problem of the result. */
async function openDeparture(
  context: Context,
  flags: GithubFlags,
  leaver: Leaver,
): Promise<OpenedDeparture> {
  try {
    const { openProposals } = await import('./repository-setup-ports.ts')
    const { proposeDeparture } = await import('../../workflows/revoke/propose-departure.ts')
    const { proposals, ...place } = await openProposals(context, flags)
    const departure = { ...leaver, ...place, config: context.options.config }
    const { withdrawal, configuration, mentions } = await proposeDeparture(proposals, departure)
    const opened = (of: OpenedPullRequest['of'], proposed: typeof withdrawal) =>
      proposed === null ? [] : [{ of, ...proposed }]
    const problems = mentions.map(path =>
      unplaced(
        'ACCESS_LEFT',
        `${visible(path)} on ${place.base} names ${visible(leaver.login)}`,
        'see whether it gives a right, and change it in a pull request',
      ),
    )
    return {
      pullRequests: [...opened('requests', withdrawal), ...opened('configuration', configuration)],
      problems,
    }
  } catch (cause) {
    const { message, ...problem } = caughtProblem(cause)
    const text = `the pull requests about ${visible(leaver.login)} are not opened: ${message}`
    return { pullRequests: [], problems: [{ ...problem, message: text }] }
  }
}

function printDeparture(
  { terminal, paint }: Context,
  { pullRequests, problems }: OpenedDeparture,
): void {
  for (const { of, url, change } of pullRequests) {
    const effect =
      of === 'requests' ? 'withdraws the requests' : 'takes the login out of the configuration'
    terminal.result(`${change} pull request ${visible(url)}: ${effect}`)
  }
  if (problems.length > 0) terminal.result(problemsText(problems, paint))
}
