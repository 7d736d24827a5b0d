// countersign new: a request file for a person, a robot or a service, and with --own-key their private key.
import { join } from 'node:path'
import { blobId } from '../../../adapters/system/git-command.ts'
import { modeOf, writeNew } from '../../../adapters/system/new-files.ts'
import { secondsToAsk } from '../../../core/plan/access-end.ts'
import { guardedGrant, withoutGrantIds } from '../../../domain/cluster/grant.ts'
import type { Access } from '../../../domain/request/access.ts'
import type { Config } from '../../../domain/request/config.ts'
import { CountersignError, failure, refuse, usageFailure } from '../../../domain/problem.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import type { GeneratedKey } from '../../../ports/keys.ts'
import { assumedRequester, clusterNamed } from '../../../workflows/validate/selected-names.ts'
import { fitRequest } from '../../../workflows/import/fitting-request.ts'
import { judgeWritten, requestText } from '../../../workflows/import/create-request.ts'
import type { Written } from '../../../workflows/import/create-request.ts'
import { readFile } from '../../../workflows/validate/read-requests.ts'
import { readRules } from '../../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../../workflows/validate/rules-in-force.ts'
import { newRequestText } from '../../../output/request-file/new-request-yaml.ts'
import type { NewRequest } from '../../../output/request-file/new-request-yaml.ts'
import { problemsText } from '../../../output/terminal/problem-text.ts'
import { asTyped } from '../../command-context.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { readAccessFlag } from '../../flags/access-flag.ts'
import { listOf } from '../../flags/flag-values.ts'
import type { GithubFlags, Switches, Texts } from '../../flags/flag-values.ts'
import type { OpenedPull } from '../../../workflows/bootstrap/propose-files.ts'
import { newKeyPath } from './new-key-path.ts'
import type { MadeRequest } from './open-request.ts'
import { checkKeyExists, checkRequestName, readOwnKey } from './own-key-file.ts'
import { printReport } from '../print-results.ts'
import { timeAfter } from '../../../lib/source/duration.ts'
import { shellWord, writtenAgain } from '../../../lib/source/shell-word.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'

const UNSET = 'REQUEST_MEMBER_MISSING'
/** The draft of a policy is made from the file, so it is written. */
const isFirst = (problems: readonly Problem[]): boolean =>
  problems.every(({ code }) => code === 'POLICY_NONE_APPLIES')
/** With examples of values: which signer signs certificates of servers is known to the owners of the cluster only. */
const SERVICE_DEFAULTS = `a service needs defaults from the owners of the configuration, with a signer that clusters lists for servers; for example:
- paths: ["requests/services/**"]
  spec:
    signerName: example.com/servers
    usages: [digital signature, server auth]
    duration: 2160h
    renewBeforePercentage: 33
    namespace: apps`
const KEY = { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' } as const

interface Asked extends Omit<NewFlags, 'access'> {
  readonly groups: readonly string[]
  readonly dnsNames: readonly string[]
  readonly access: readonly Access[]
}

/** --open opens a pull request in the repository. */
export type NewFlags = GithubFlags &
  Switches<'ownKey' | 'open' | 'robot'> &
  Texts<'key' | 'service' | 'group' | 'access' | 'duration' | 'until' | 'requester'>

export async function newRequest(context: Context, name: string, given: NewFlags): Promise<Answer> {
  const { options, files } = context
  const dnsNames = listOf(given.service)
  const access = readAccessFlag(given.access)
  const until = given.until === null ? null : timeAfter(given.until, context.clock.now())
  const flags = { ...given, until, groups: listOf(given.group), dnsNames, access }
  checkRequestName(name)
  if (flags.key !== null && !flags.ownKey)
    throw usageFailure('--key needs --own-key', 'add --own-key')
  if (flags.robot && flags.service !== null)
    throw usageFailure('--robot and --service name different folders', 'use one of them')
  const ends = until === null ? null : new Date(until)
  if (secondsToAsk({ durationSeconds: 0, until: ends }, context.clock.now()) === null)
    throw usageFailure(`--until ${given.until} is over or too soon`, 'try 4h, or 2027-01-31T18:00Z')
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return rules
  const requests = options.requests ?? rules.value.config.requests
  const kind = flags.robot ? 'robots' : flags.service === null ? 'people' : 'services'
  const asked = requestOf(context, rules.value, name, flags)
  const inFolder = { ...rules.value, config: { ...rules.value.config, requests } }
  const mayFit = kind !== 'people' && !flags.ownKey
  const fit = mayFit ? fitRequest(asked, kind, inFolder, context.clock.now()) : null
  const { folder, request } = fit ?? { folder: `${requests}/${kind}`, request: asked }
  const path = `${folder}/${name}.yaml`
  const key = flags.ownKey ? await newKeyPath(context, name, flags.key) : null
  const made = { name, path, key }
  const there = await files.read(path)
  const read = there === null ? null : readFile(there, rules.value, true)
  const [broken] = read?.refused ?? []
  if (broken !== undefined) throw new CountersignError(broken.problems[0])
  if (read?.requests[0]?.key.kind === 'own') checkKeyExists(context, made, flags)
  const opening = flags.open
    ? await (await import('./open-request.ts')).openingOf(context, flags, { ...made, requests })
    : null
  if (opening !== null && opening.earlier !== null) {
    checkEarlier(opening.earlier, request, made)
    await showOpened(context, made, await opening.open(opening.earlier))
    return 0
  }
  const written = await create(context, rules.value, made, request, flags.requester)
  if (!written.ok) {
    const withKey = key === null ? '' : ` with the private key ${visible(key)}`
    context.terminal.talk(
      isFirst(written.problems)
        ? `wrote ${visible(asTyped(context, path))}${withKey}, which no policy allows yet:`
        : 'nothing was written, because the request would be refused:',
    )
    const hasDefaults = written.problems.every(({ code }) => code !== UNSET)
    if (hasDefaults) return written
    if (kind === 'services') context.terminal.talk(SERVICE_DEFAULTS)
    const hint = `set it in defaults of ${options.config} with paths: ["${folder}/**"]`
    const [first, ...others] = written.problems
    const said = (each: Problem): Problem => (each.code === UNSET ? { ...each, hint } : each)
    return refuse(said(first), ...others.map(said))
  }
  if (options.output === 'text') context.terminal.result(writtenText(context, made))
  const isGiven = request.access.length === access.length
  const added = [...Object.keys(request.more), ...(isGiven ? [] : ['access'])].join(', ')
  if (added !== '') context.terminal.talk(`taken from the policy that allows it: ${added}`)
  if (opening === null) showNext(context, made)
  else await showOpened(context, made, await opening.open(written.value.text))
  return 0
}

function requestOf(
  { options, keys }: Context,
  { config }: Rules,
  name: string,
  { groups, dnsNames, access, ownKey, until, ...asked }: Asked,
): NewRequest {
  const inHours = (_: string, days: string): string => `${Number(days) * 24}h`
  const duration = asked.duration?.replace(/^(\d+)d$/, inHours) ?? null
  const grant = ownKey ? guardedGrant(config.owner, keys.randomId()) : null
  const cluster = clusterOf(config, options.cluster)
  return { name, groups, dnsNames, access, grant, duration, until, cluster, more: {} }
}

/** The file of an earlier run must say what the flags say now. Without flags it is taken as it is. */
function checkEarlier(earlier: string, request: NewRequest, { path }: MadeRequest): void {
  const { groups, dnsNames, access, duration, until } = request
  const isAsked =
    groups.length > 0 || dnsNames.length > 0 || access.length > 0 || (duration ?? until) !== null
  const said = withoutGrantIds(newRequestText(request, null))
  if (!isAsked || withoutGrantIds(earlier).startsWith(said)) return
  throw usageFailure(
    `${path} exists and differs from the flags`,
    'edit that file and leave the flags out, or remove it',
  )
}

async function create(
  context: Context,
  rules: Rules,
  { name, path, key: keyPath }: MadeRequest,
  request: NewRequest,
  login: string | null,
): Promise<Checked<Written>> {
  const { files, root, clock, keys } = context
  if ((await files.read(path)) !== null)
    throw usageFailure(
      `${asTyped(context, path)} exists and is not overwritten`,
      `edit that file, or choose another name${keyPath === null ? '' : `; ${writtenAgain(name)}`}`,
    )
  const left = keyPath === null ? null : await keyLeftAt(context, keyPath)
  const key = keyPath === null ? null : (left ?? (await keys.generate(KEY)))
  const requester = assumedRequester(rules.config, login, name)
  const writing = { rules, path, key, requester, now: clock.now(), blobOf: blobId }
  const text = requestText(request, writing)
  if (!text.ok) return text
  const written = await judgeWritten(files, text.value, writing)
  if (!written.ok && !isFirst(written.problems)) return written
  if (keyPath !== null && key !== null && left === null) await writeKey(keyPath, key)
  if (left !== null)
    context.terminal.talk(`the existing private key ${visible(keyPath ?? '')} is used`)
  if (!(await writeNew(join(root, path), text.value)))
    throw failure('RUN_FILES', `${path} was created by another program and is not overwritten`)
  if (written.ok && written.value.warnings.length > 0)
    context.terminal.talk(problemsText(written.value.warnings, context.paint, 'warning'))
  return written
}

/** Null where the defaults say the same: a file that does not repeat them follows them. */
function clusterOf(config: Config, named: string | null): string | null {
  const isSaid = config.defaults.some(({ spec }) => spec.clusters !== null)
  if (named === null || (named === config.defaultCluster && !isSaid)) return null
  return clusterNamed(config, named).name
}

/** Throws RUN_FILES if the file exists. */
export async function writeKey(path: string, key: GeneratedKey): Promise<void> {
  if (await writeNew(path, key.pem.reveal(), 0o600)) return
  throw failure(
    'RUN_FILES',
    `${path} exists, and a private key is never overwritten`,
    'move that file, or name another one with --key FILE',
  )
}

/**
 * Returns the key of a run that ended between key and request file, null if there is none. Throws RUN_FILES for a key that others may
 * read, SINK_KEY_UNREADABLE for a file without one: its mode is nothing to advise on.
 */
async function keyLeftAt(context: Context, path: string): Promise<GeneratedKey | null> {
  const mode = await modeOf(path)
  const key = mode === null ? null : await readOwnKey({ keys: context.keys }, path)
  if (mode !== null && (mode & 0o077) !== 0)
    throw failure(
      'RUN_FILES',
      `${path} exists with mode 0${mode.toString(8)}: a private key must be readable only by you`,
      `run: chmod 600 ${visible(shellWord(path))}`,
    )
  return key
}

function writtenText(context: Context, { name, path, key }: MadeRequest): string {
  return [
    context.paint.strong(`wrote ${visible(asTyped(context, path))}`),
    ...(key === null
      ? []
      : [
          `the private key is in ${visible(key)}, readable only by you; do not share it: with it anyone can log in as ${name}`,
        ]),
  ].join('\n')
}

function showNext(context: Context, made: MadeRequest): void {
  if (context.options.output !== 'text') return printReport(context, { ...made })
  const { name, path } = made
  context.terminal.result(
    context.isRepository
      ? commitText(context, path, name, `Request a certificate for ${name}`)
      : 'next: commit the file in a clone of your repository and open a pull request',
  )
}

/** What to run next. `title`: of the commit. */
export function commitText(context: Context, path: string, branch: string, title: string): string {
  const typed = visible(asTyped(context, path))
  return `next: commit the file on a new branch and open a pull request, or do it with --open
  git switch -c ${shellWord(branch)} && git add ${shellWord(typed)} && git commit -m ${shellWord(title)} ${shellWord(typed)} && gh pr create --fill`
}

async function showOpened(
  context: Context,
  made: MadeRequest,
  proposed: OpenedPull,
): Promise<void> {
  if (context.options.output !== 'text')
    return printReport(context, { ...made, pullRequest: proposed.url, change: proposed.change })
  const { proposedLine } = await import('./open-request.ts')
  context.terminal.result(proposedLine(proposed))
  // git pull refuses to overwrite an untracked file.
  context.terminal.talk(`after the merge: rm ${visible(asTyped(context, made.path))} && git pull`)
}
