// Trust root: the configuration at a commit is trusted if it leads back, change by approved change, to the configuration with the
// digest that this installation was given. A change back to those bytes needs an approval like any other.
import { ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { trustedDigest } from './configuration-digest.ts'
import type { ConfigurationFiles } from './configuration-digest.ts'
import type { Background, ProvedElsewhere } from './proof-facts.ts'

/** A state of the default branch in which a configuration file changed. */
export interface ConfigurationState {
  readonly commit: ObjectId
  readonly before: ObjectId | null
  readonly files: ConfigurationFiles
}

export interface ConfigurationChange {
  readonly path: string
  /** Null if the file was removed. */
  readonly blob: ObjectId | null
  readonly landing: { readonly commit: ObjectId; readonly before: ObjectId | null }
}

export interface TrustedConfiguration {
  /** `sha256:…`, which the anchor has. */
  readonly digest: string
  /** The oldest commit with the trusted digest. */
  readonly anchor: ObjectId
  readonly warnings: readonly Problem[]
  /** Oldest first. Each has the newest proved version of each file, and decides who approves from its commit on. */
  readonly inForce: NonEmpty<ConfigurationState>
}

export interface Prover {
  /** Decides if a change was approved under the configuration that was in force. */
  readonly prove: (
    change: ConfigurationChange,
    under: ConfigurationState,
    background: Background,
  ) => Checked<{ readonly warnings: readonly Problem[] }>
  /** Path of the configuration file. */
  readonly config: string
  /** True if the configuration file of a state can be read. */
  readonly canRule: (state: ConfigurationState) => boolean
}

/** The first of the states (oldest first) that has the digest, and all after it; null if none has it. */
export function statesSince(
  states: readonly ConfigurationState[],
  digest: string | null,
  workflow: string | null,
): readonly [ConfigurationState, ...ConfigurationState[]] | null {
  const start = states.findIndex(
    ({ files }) => trustedDigest(withoutWorkflow(files, workflow)) === digest,
  )
  const [anchor, ...later] = start === -1 ? [] : states.slice(start)
  return anchor === undefined ? null : [anchor, ...later]
}

/** Every change of a configuration file after the first of the states, in order; empty for one state. */
export function changesIn(states: readonly ConfigurationState[]): readonly ConfigurationChange[] {
  return states.slice(1).flatMap((state, at) => changesBetween(states[at] ?? state, state))
}

/**
 * The configuration of the last state is trusted. Refuses with APPROVAL_NO_TRUST_ROOT, and with the problems of changes that were not
 * approved. `states`: oldest first, each with all its configuration files; the last one is applied.
 */
export function trustConfiguration(
  states: readonly ConfigurationState[],
  digest: string | null,
  workflow: string | null,
  proving: Prover,
): Checked<TrustedConfiguration> {
  const since = statesSince(states, digest, workflow)
  if (digest === null || since === null) return refuse(noAnchor(states, digest, workflow))
  const { latest, backgrounds, inForce } = followConfiguration(since, proving)
  const { faults, warnings } = outcomes(latest)
  const [first] = faults
  if (first !== undefined) {
    const changed = [...latest].flatMap(([path, { ok: isProved }]) => (isProved ? [] : [path]))
    const restore = changed.map(path => restoreCommand(path, backgrounds.get(path)?.proved ?? null))
    return refuse(unproven(since[0], restore), first, ...faults.slice(1))
  }
  return ok({ digest, anchor: since[0].commit, warnings, inForce })
}

/** Gives for a path what an approval of its next change has to cover. A path that never changed has the anchor's version as proved. */
export function configurationBackgrounds(
  since: NonEmpty<ConfigurationState>,
  proving: Prover,
): (path: string) => Background {
  const { backgrounds } = followConfiguration(since, proving)
  return path => backgrounds.get(path) ?? atAnchor(path, since[0])
}

/** Proves every change after the anchor under the configuration that was trusted at the time. */
function followConfiguration(
  since: NonEmpty<ConfigurationState>,
  { prove, config, canRule }: Prover,
): Followed & { readonly inForce: NonEmpty<ConfigurationState> } {
  const inForce: [ConfigurationState, ...ConfigurationState[]] = [since[0]]
  const newest = (): ConfigurationState => inForce.at(-1) ?? since[0]
  const followed = follow(since, newest, prove, (state, files) => {
    const next = { ...state, files }
    // If an approved change broke the configuration file, the one before decides who may approve the repair.
    const before = [...newest().files].filter(([path]) => path === config)
    inForce.push(canRule(next) ? next : { ...state, files: new Map([...files, ...before]) })
  })
  return { ...followed, inForce }
}

interface Followed {
  /** By path, the proof of its latest change. */
  readonly latest: ReadonlyMap<string, ReturnType<Prover['prove']>>
  readonly backgrounds: ReadonlyMap<string, Background>
}

/** The problems and the warnings of all proofs. */
export function outcomes(latest: Followed['latest']): {
  readonly faults: readonly Problem[]
  readonly warnings: readonly Problem[]
} {
  const proofs = [...latest.values()]
  return {
    faults: proofs.flatMap(proof => (proof.ok ? [] : proof.problems)),
    warnings: proofs.flatMap(proof => (proof.ok ? proof.value.warnings : [])),
  }
}

/**
 * Proves every change after the first state. `ruling`: the configuration that decides on the changes of a state; `done` is called after
 * each state with the newest proved version of each file.
 */
export function follow(
  [anchor, ...later]: NonEmpty<ConfigurationState>,
  ruling: (state: ConfigurationState) => ConfigurationState,
  prove: Prover['prove'],
  done: (state: ConfigurationState, proved: ConfigurationFiles) => void = () => undefined,
): Followed {
  let previous = anchor
  const latest = new Map<string, ReturnType<Prover['prove']>>()
  const backgrounds = new Map<string, Background>()
  for (const state of later) {
    const changes = changesBetween(previous, state)
    const lastProvedVersion = (path: string): Background =>
      backgrounds.get(path) ?? atAnchor(path, anchor)
    // A rename may bring a version that was proved under a path that the same change removes.
    const gone = changes
      .filter(({ blob }) => blob === null)
      .flatMap(({ path }) => provedAt(path, lastProvedVersion(path)))
    for (const change of changes) {
      const { path } = change
      const background = { ...lastProvedVersion(path), renamedFrom: gone }
      const proof = prove(change, ruling(state), background)
      latest.set(path, proof)
      backgrounds.set(path, afterChange(change, background, proof.ok))
    }
    done(state, provedFiles(anchor.files, backgrounds))
    previous = state
  }
  return { latest, backgrounds }
}

function provedFiles(
  anchor: ConfigurationFiles,
  backgrounds: Followed['backgrounds'],
): ConfigurationFiles {
  const files = new Map(anchor)
  for (const [path, { proved }] of backgrounds)
    if (proved === null || proved.blob === null) files.delete(path)
    else files.set(path, proved.blob)
  return files
}

function provedAt(path: string, { proved, since }: Background): readonly ProvedElsewhere[] {
  if (proved === null || proved.blob === null || since.length > 0) return []
  return [{ path, blob: proved.blob, commit: proved.commit }]
}

/** The version at the anchor is the first proved one. */
function atAnchor(path: string, { files, commit }: ConfigurationState): Background {
  return { proved: { blob: files.get(path) ?? null, commit }, since: [] }
}

function afterChange(
  { path, blob, landing }: ConfigurationChange,
  { proved, since }: Background,
  isProved: boolean,
): Background {
  if (isProved) return { proved: { blob, commit: landing.commit }, since: [] }
  return { proved, since: [{ path, blob, landing, recorded: null }, ...since] }
}

function withoutWorkflow(files: ConfigurationFiles, workflow: string | null): ConfigurationFiles {
  return new Map([...files].filter(([path]) => path !== workflow))
}

function changesBetween(
  older: ConfigurationState,
  newer: ConfigurationState,
): readonly ConfigurationChange[] {
  const paths = new Set([...older.files.keys(), ...newer.files.keys()])
  const { commit, before } = newer
  return [...paths]
    .filter(path => older.files.get(path) !== newer.files.get(path))
    .toSorted()
    .map(path => ({
      path,
      blob: newer.files.get(path) ?? null,
      landing: { commit, before },
    }))
}

function noAnchor(
  states: readonly ConfigurationState[],
  digest: string | null,
  workflow: string | null,
): Problem {
  const now = states.at(-1)
  const today = now === undefined ? null : trustedDigest(withoutWorkflow(now.files, workflow))
  const isWhole = /^sha256:[0-9a-f]{64}$/.test(digest ?? '')
  return unplaced(
    'APPROVAL_NO_TRUST_ROOT',
    isWhole
      ? `no commit of the default branch has the configuration that trusted-config names (${digest})`
      : `trusted-config must be sha256: and all 64 hexadecimal digits (got "${digest ?? ''}")`,
    today === null
      ? 'use the digest of the configuration you trust'
      : `if you have read the configuration and trust it: in the workflow trusted-config: ${today}, at a terminal --trusted-config ${today}`,
  )
}

function restoreCommand(path: string, proved: Background['proved']): string {
  const { blob = null, commit: at = '' } = proved ?? {}
  return blob === null
    ? `git rm -- ${shellWord(path)}`
    : `git restore --source=${at} -- ${shellWord(path)}`
}

function unproven({ commit }: ConfigurationState, restore: readonly string[]): Problem {
  return unplaced(
    'APPROVAL_NO_TRUST_ROOT',
    `the configuration changed after ${commit.slice(0, 7)} and not every change was approved; nothing is issued until it is`,
    `restore the approved version of each named file in a pull request that its owners approve, then make the change in another:\n${restore.join('\n')}`,
  )
}
