// Trust root: the configuration at a commit is trusted if it leads back, change by approved change, to the configuration with the
// digest that this installation was given. A change back to those bytes needs an approval like any other.
import { ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, NonEmpty, Problem } from '../../domain/problem.ts'
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
  /** The trusted states, oldest first. Each decides who approves from its commit on. */
  readonly inForce: NonEmpty<ConfigurationState>
}

/** The states that decide who approves a change. They differ while another file is not proved. */
export interface Ruling {
  /** The newest one whose configuration file and code owners are proved: they say who approves. */
  readonly approvers: ConfigurationState
  /** The newest trusted one. A policy that nobody approved may give a login or a team another id. */
  readonly ids: ConfigurationState
}

export interface Proving {
  /** Decides if a change was approved. */
  readonly prove: (
    change: ConfigurationChange,
    ruling: Ruling,
    background: Background,
  ) => Checked<{ readonly warnings: readonly Problem[] }>
  /** True if the configuration file of a state can be read. If an approved change broke it, the state before decides who may approve the repair. */
  readonly canRule: (state: ConfigurationState) => boolean
  /** Paths of the files that say who approves. */
  readonly approverFiles: readonly string[]
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
  proving: Proving,
): Checked<TrustedConfiguration> {
  const since = statesSince(states, digest, workflow)
  if (digest === null || since === null) return refuse(noAnchor(states, digest, workflow))
  const { latest, inForce } = followConfiguration(since, proving)
  const { faults, warnings } = outcomes(latest)
  const [first] = faults
  if (first !== undefined) return refuse(unproven(since[0]), first, ...faults.slice(1))
  return ok({ digest, anchor: since[0].commit, warnings, inForce })
}

/** Gives for a path what an approval of its next change has to cover. A path that never changed has the anchor's version as proved. */
export function configurationBackgrounds(
  since: NonEmpty<ConfigurationState>,
  proving: Proving,
): (path: string) => Background {
  const { backgrounds } = followConfiguration(since, proving)
  return path => backgrounds.get(path) ?? atAnchor(path, since[0])
}

/** Proves every change after the anchor under the configuration that was trusted at the time. */
function followConfiguration(
  since: NonEmpty<ConfigurationState>,
  { prove, canRule, approverFiles }: Proving,
): Followed & { readonly inForce: NonEmpty<ConfigurationState> } {
  const inForce: [ConfigurationState, ...ConfigurationState[]] = [since[0]]
  let [approvers] = since
  const followed = follow(
    since,
    () => ({ approvers, ids: inForce.at(-1) ?? since[0] }),
    prove,
    (state, unproved) => {
      if (!canRule(state)) return
      if (!approverFiles.some(path => unproved.includes(path))) approvers = state
      if (unproved.length === 0) inForce.push(state)
    },
  )
  return { ...followed, inForce }
}

interface Followed {
  /** By path, the proof of its latest change. */
  readonly latest: ReadonlyMap<string, ReturnType<Proving['prove']>>
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
 * each state with the paths whose latest change is not proved.
 */
export function follow(
  [anchor, ...later]: NonEmpty<ConfigurationState>,
  ruling: (state: ConfigurationState) => Ruling,
  prove: Proving['prove'],
  done: (state: ConfigurationState, unproved: readonly string[]) => void = () => undefined,
): Followed {
  let previous = anchor
  const latest = new Map<string, ReturnType<Proving['prove']>>()
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
    done(
      state,
      [...latest].flatMap(([path, proof]) => (proof.ok ? [] : [path])),
    )
    previous = state
  }
  return { latest, backgrounds }
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

function unproven({ commit }: ConfigurationState): Problem {
  return unplaced(
    'APPROVAL_NO_TRUST_ROOT',
    `the configuration changed after ${commit.slice(0, 7)} and not every change was approved; nothing is issued until it is`,
    'restore the approved version of each named file in a pull request that its owners approve, then make the change in another',
  )
}
