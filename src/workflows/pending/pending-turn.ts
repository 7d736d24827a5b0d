// One turn over the pending requests of one signer: list, choose fairly, judge, decide. What a turn knows is bounded, however many
// requests there are.
import type {
  DecidedPending,
  IssuedName,
  NodeFacts,
  PendingDecision,
  TurnReport,
} from '../../domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { isUndecided } from '../../core/cluster/orphan-requests.ts'
import { fairTurn } from '../../core/pending/fair-turn.ts'
import type { Waiting } from '../../core/pending/fair-turn.ts'
import { mergeIssued, withIssued } from '../../core/pending/issued-names.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { IssuedNames } from '../../ports/records.ts'
import type { SigningRequests } from '../../ports/signing-requests.ts'
import { certifiedBy, hold, isApproved, issuedBy } from './names-of-requests.ts'
import type { Holders } from './names-of-requests.ts'
import { judgePending } from './judge-pending.ts'
import type { PendingRules } from './judge-pending.ts'

/** Requests in a turn, and of one user in it. The signers of kube-controller-manager sign about 20 a second. */
const IN_TURN = { most: 100, perUsername: 50 }
/** Requests that are kept while the list is read. */
const MOST_KEPT = 4000
const KEPT = { most: 2000, perUsername: 200 }
/** A longer request is not kept, and so not readable (ours: 16 KiB of DER). */
const LONGEST_REQUEST = 32_768
const LONGEST_MESSAGE = 1000
const REASON = 'CountersignPolicy'

export interface TurnWorld {
  readonly cluster: {
    readonly signingRequests: Pick<SigningRequests, 'listInParts' | 'approve' | 'deny'>
    /** Name → uid. */
    readonly nodes: () => Promise<ReadonlyMap<string, string>>
    readonly issuedNames: IssuedNames
  }
  readonly clock: { readonly now: () => Date }
  /** Called before each write. Throws if nothing may be written. */
  readonly check: () => Promise<void>
  /** Whether the rules still count. */
  readonly mayDecide: () => boolean
}

export interface TurnRules extends Omit<PendingRules, 'facts'> {
  readonly commit: ObjectId
}

type Chosen = Waiting & { readonly object: SigningRequest }

/** By uid of the request. */
type Certified = ReadonlyMap<string, readonly IssuedName[]>

interface Judged {
  readonly object: SigningRequest
  readonly decision: PendingDecision
}

/** The turns of one signer. */
export class PendingTurns {
  readonly #signerName: string
  /** By uid: requests that were judged and are pending. */
  #judged = new Map<string, { readonly at: Date; readonly said: string }>()
  /** By uid: requests with a certificate whose names were kept until it expires. */
  #kept = new Set<string>()

  constructor(signerName: string) {
    this.#signerName = signerName
  }

  /** Throws CLUSTER_ codes, and CONTROLLER_NOT_LEADER; decisions before that are in effect. */
  async turn(world: TurnWorld, rules: TurnRules): Promise<TurnReport> {
    const { waiting, pending, held, certified } = await this.#list(world)
    const chosen = fairTurn(waiting, IN_TURN)
    const isNodes = isKubeletSigner(this.#signerName)
    const judged = isNodes
      ? await this.#judgeNodes(world, rules, chosen, held, certified)
      : this.#judge(world, rules, chosen, { held, nodes: new Map() })
    const decided = await this.#decide(world, rules, judged)
    const gone = decided.filter(({ decision }) => decision !== 'left').length
    const at = world.clock.now()
    const { signerName, commit } = { signerName: this.#signerName, ...rules }
    return { signerName, commit, pending: pending - gone, decided, at }
  }

  /**
   * Keeps the names of what is approved before it is: a crash in between keeps a name too much, and never one too few. And those of each
   * certificate, approved here or elsewhere, until it expires: its request is deleted long before.
   */
  async #judgeNodes(
    world: TurnWorld,
    rules: TurnRules,
    chosen: readonly Chosen[],
    held: Holders,
    certified: Certified,
  ): Promise<readonly Judged[]> {
    if (chosen.length === 0 && certified.size === 0) return []
    const { cluster, clock, check } = world
    const [nodes, kept] = await Promise.all([cluster.nodes(), cluster.issuedNames.list()])
    const facts = { nodes, held: withIssued(held, kept.names, clock.now()) }
    const judged = this.#judge(world, rules, chosen, facts)
    const approved = judged.filter(({ decision }) => decision.kind === 'approve')
    const issued = approved.flatMap(({ object }) => issuedBy(object, rules.cluster, clock.now()))
    const more = [...issued, ...[...certified.values()].flat()]
    if (more.length > 0) {
      if (!world.mayDecide()) return judged
      await check()
      await cluster.issuedNames.write(mergeIssued(kept.names, more, clock.now()), kept)
    }
    for (const uid of certified.keys()) this.#kept.add(uid)
    return judged
  }

  #judge(
    { clock }: TurnWorld,
    rules: TurnRules,
    chosen: readonly Chosen[],
    facts: NodeFacts & { readonly held: Holders },
  ): readonly Judged[] {
    return chosen.map(({ object }) => {
      const decision = judgePending(object, this.#signerName, { ...rules, facts })
      if (decision.kind === 'approve') hold(facts.held, object, clock.now())
      return { object, decision }
    })
  }

  async #decide(world: TurnWorld, { commit }: TurnRules, judged: readonly Judged[]) {
    const decided: DecidedPending[] = []
    for (const { object, decision } of judged) {
      if (!world.mayDecide()) break
      const isNews = this.#remember(object, decision, world.clock.now())
      const isSaid =
        decision.kind === 'leave' ? isNews : await write(world, object, decision, commit)
      if (isSaid) decided.push(reported(object, decision))
    }
    return decided
  }

  async #list({ cluster, clock }: TurnWorld) {
    let waiting: readonly Chosen[] = []
    let pending = 0
    const held: Holders = new Map()
    const judged = new Map<string, { readonly at: Date; readonly said: string }>()
    const certified = new Map<string, readonly IssuedName[]>()
    const kept = new Set<string>()
    for await (const page of cluster.signingRequests.listInParts(this.#signerName)) {
      // Requests of countersign itself are not decided here; the guard would refuse it.
      const found = page.filter(each => isUndecided(each) && !each.name.startsWith('cs-'))
      pending += found.length
      for (const { version } of found) {
        const before = this.#judged.get(version.uid)
        if (before !== undefined) judged.set(version.uid, before)
      }
      waiting = [...waiting, ...found.map(object => this.#waiting(object))]
      if (waiting.length > MOST_KEPT) waiting = fairTurn(waiting, KEPT)
      if (!isKubeletSigner(this.#signerName)) continue
      for (const object of page.filter(isApproved)) {
        const { uid } = object.version
        hold(held, object, clock.now())
        if (this.#kept.has(uid)) kept.add(uid)
        else if (object.certificate !== null) certified.set(uid, certifiedBy(object))
      }
    }
    this.#judged = judged
    this.#kept = kept
    return { waiting, pending, held, certified }
  }

  #waiting(object: SigningRequest) {
    const { username, createdAt, version, request } = object
    const kept = request.length > LONGEST_REQUEST ? { ...object, request: '' } : object
    const judgedAt = this.#judged.get(version.uid)?.at ?? null
    return { username, createdAt, judgedAt, object: kept }
  }

  /** Whether this is news. Also one that is decided is remembered: if its write fails, the next turn begins with others. */
  #remember({ version }: SigningRequest, decision: PendingDecision, at: Date): boolean {
    const said = 'problems' in decision ? decision.problems.map(({ code }) => code).join(' ') : ''
    const isNews = this.#judged.get(version.uid)?.said !== said
    this.#judged.set(version.uid, { at, said })
    return isNews
  }
}

/** Whether the turn decided something, and left something that the next one may decide. */
export function hasMore({ pending, decided }: TurnReport): boolean {
  return pending > 0 && decided.some(({ decision }) => decision !== 'left')
}

/** False if another user decided first, or deleted it. */
async function write(
  { cluster, check }: TurnWorld,
  object: SigningRequest,
  decision: Exclude<PendingDecision, { readonly kind: 'leave' }>,
  commit: ObjectId,
): Promise<boolean> {
  await check()
  const problems = decision.kind === 'deny' ? decision.problems : []
  const why = problems.map(({ code, message }) => `; ${code} ${message}`).join('')
  const message = visible(`policy ${decision.policy} at commit ${commit}${why}`)
  const text = message.slice(0, LONGEST_MESSAGE)
  return (await cluster.signingRequests[decision.kind](object, REASON, text)).kind !== 'changed'
}

const PAST = { approve: 'approved', deny: 'denied', leave: 'left' } as const

function reported({ name, username }: SigningRequest, decision: PendingDecision): DecidedPending {
  const policy = decision.kind === 'leave' ? null : decision.policy
  const problems = 'problems' in decision ? decision.problems : []
  return { name, username, decision: PAST[decision.kind], policy, problems }
}
