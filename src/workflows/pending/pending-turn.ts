// One turn over the pending requests of one signer: list, choose fairly, judge, decide. What a turn knows is bounded, however many
// requests there are.
import type {
  DecidedPending,
  NodeFacts,
  PendingDecision,
  SeenNodes,
  TurnReport,
} from '../../domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { isUndecided } from '../../core/cluster/orphan-requests.ts'
import { fairTurn } from '../../core/pending/fair-turn.ts'
import { mergeIssued, withIssuedNames } from '../../core/pending/issued-names.ts'
import { tooLargeProblems } from '../../lib/source/too-large-objects.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { IssuedNames } from '../../ports/records.ts'
import type { SigningRequests, RequestRow } from '../../ports/signing-requests.ts'
import { inPool } from '../issue/bounded-concurrency.ts'
import { asksForAddress, certifiedBy, hold, isApproved, issuedBy } from './names-of-requests.ts'
import type { Holders } from './names-of-requests.ts'
import { judgePending } from './judge-pending.ts'
import type { PendingRules } from './judge-pending.ts'

/** Requests in a turn, and of one user in it. The signers of kube-controller-manager sign about 20 a second. */
const IN_TURN = { most: 100, perUsername: 50 }
/** After so many that are too large, the others wait for the next turn: a good request waits until all are read, and each has 3 MB. */
const MOST_LARGE = 6
const LONGEST_MESSAGE = 1000
/** Between two lists; after a longer one, requests with certificates are read again. */
const LONGEST_GAP_MS = 60_000
const AT_ONCE = 8
const REASON = 'CountersignPolicy'

export interface TurnPorts {
  readonly cluster: {
    readonly signingRequests: Pick<SigningRequests, 'listRows' | 'readSmall' | 'approve' | 'deny'>
    /** What was seen some seconds ago may do if `isFresh` is false. */
    readonly nodes: (isFresh: boolean) => Promise<SeenNodes>
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

interface Judged {
  readonly object: SigningRequest
  readonly decision: PendingDecision
}

/** The turns of one signer. */
export class PendingTurns {
  readonly #signerName: string
  /** By name: requests that were judged and are pending. */
  #judged = new Map<string, { readonly at: Date; readonly said: string }>()
  /** By name: when it was in a list for the first time. */
  #seen: ReadonlyMap<string, Date> = new Map()
  /** When the last list began. */
  #listedAt = new Date(0)
  /** By name: approved requests with their certificates, which change no more. A name may be used again, so it is asked for often. */
  #certified: ReadonlyMap<string, SigningRequest> = new Map()
  /** By uid: requests with a certificate whose names were recorded until it expires. */
  #recorded = new Set<string>()

  constructor(signerName: string) {
    this.#signerName = signerName
  }

  /** Throws CLUSTER_ codes, and CONTROLLER_NOT_LEADER; decisions before that are in effect. */
  async turn(ports: TurnPorts, rules: TurnRules): Promise<TurnReport> {
    const { chosen, pending, held, certified, large } = await this.#list(ports)
    const isNodes = isKubeletSigner(this.#signerName)
    const judged = isNodes
      ? await this.#judgeNodes(ports, rules, chosen, held, certified)
      : this.#judge(ports, rules, chosen, { held, nodes: new Map(), addresses: new Map() })
    const decided = await this.#decide(ports, rules, judged)
    const gone = decided.filter(({ decision }) => decision !== 'left').length
    const at = ports.clock.now()
    const { signerName, commit } = { signerName: this.#signerName, ...rules }
    const left = large.map(leftTooLarge)
    const news = left.filter(({ name, problems }) => this.#remember(name, '', problems, at))
    return { signerName, commit, pending: pending - gone, decided: [...decided, ...news], at }
  }

  /**
   * Keeps the names of what is approved before it is: a crash in between keeps a name too much, and never one too few. And those of each
   * certificate, approved here or elsewhere, until it expires: its request is deleted long before.
   */
  async #judgeNodes(
    ports: TurnPorts,
    rules: TurnRules,
    chosen: readonly SigningRequest[],
    held: Holders,
    certified: readonly SigningRequest[],
  ): Promise<readonly Judged[]> {
    if (chosen.length === 0 && certified.length === 0) return []
    const { cluster, clock, check } = ports
    const stored = await cluster.issuedNames.list()
    const known: Holders = withIssuedNames(held, stored.names, clock.now())
    const judgeNow = async (isFresh: boolean): Promise<readonly Judged[]> =>
      this.#judge(ports, rules, chosen, {
        ...(await cluster.nodes(isFresh)),
        held: new Map(known),
      })
    let judged = await judgeNow(false)
    const wouldApprove = judged.filter(({ decision }) => decision.kind === 'approve')
    // A Node that joined since may report the address.
    if (wouldApprove.some(({ object }) => asksForAddress(object, known)))
      judged = await judgeNow(true)
    const approved = judged.filter(({ decision }) => decision.kind === 'approve')
    const issued = approved.flatMap(({ object }) => issuedBy(object, rules.cluster, clock.now()))
    const more = [...issued, ...certified.flatMap(certifiedBy)]
    if (more.length > 0) {
      if (!ports.mayDecide()) return judged
      await check()
      await cluster.issuedNames.write(mergeIssued(stored.names, more, clock.now()), stored)
    }
    for (const { version } of certified) this.#recorded.add(version.uid)
    return judged
  }

  #judge(
    { clock }: TurnPorts,
    rules: TurnRules,
    chosen: readonly SigningRequest[],
    facts: NodeFacts & { readonly held: Holders },
  ): readonly Judged[] {
    return chosen.map(object => {
      const decision = judgePending(object, this.#signerName, { ...rules, facts })
      if (decision.kind === 'approve') hold(facts.held, object, clock.now())
      return { object, decision }
    })
  }

  async #decide(ports: TurnPorts, { commit }: TurnRules, judged: readonly Judged[]) {
    const decided: DecidedPending[] = []
    for (const { object, decision } of judged) {
      if (!ports.mayDecide()) break
      const { name, version } = object
      const problems = 'problems' in decision ? decision.problems : []
      const isNews = this.#remember(name, version.uid, problems, ports.clock.now())
      const isSaid =
        decision.kind === 'leave' ? isNews : await write(ports, object, decision, commit)
      if (isSaid) decided.push(reported(object, decision))
    }
    return decided
  }

  /** A table of all requests, and the objects of those that this turn looks at. */
  async #list({ cluster: { signingRequests }, clock }: TurnPorts) {
    const rows: RequestRow[] = []
    for await (const part of signingRequests.listRows(this.#signerName)) rows.push(...part)
    // Requests of countersign itself are not decided here; the guard would refuse it.
    const pending = rows.filter(({ isPending, name }) => isPending && !name.startsWith('cs-'))
    const judged = pending.map(({ name }) => [name, this.#judged.get(name)] as const)
    this.#judged = new Map(judged.flatMap(([name, each]) => (each ? [[name, each]] : [])))
    const at = clock.now()
    this.#seen = new Map(pending.map(({ name }) => [name, this.#seen.get(name) ?? at]))
    if (at.getTime() - this.#listedAt.getTime() > LONGEST_GAP_MS) this.#certified = new Map()
    this.#listedAt = at
    const waiting = pending.map(row => {
      const { name } = row
      const judgedAt = this.#judged.get(name)?.at ?? null
      return { ...row, judgedAt, seenAt: this.#seen.get(name) ?? at }
    })
    const isNodes = isKubeletSigner(this.#signerName)
    const approved = rows.filter(row => isNodes && row.isApproved)
    const large: string[] = []
    const read = await inPool([...fairTurn(waiting, IN_TURN), ...approved], AT_ONCE, async row => {
      const { name, isIssued, isPending } = row
      if (isPending && large.length >= MOST_LARGE) return { later: name }
      const known = isIssued ? this.#certified.get(name) : undefined
      const found = known ?? (await signingRequests.readSmall(name)) ?? { gone: name }
      if ('tooLarge' in found) large.push(found.tooLarge)
      return found
    })
    const found = read.flatMap(each => ('version' in each ? each : []))
    const holders = found.filter(each => isNodes && isApproved(each))
    const held: Holders = new Map()
    for (const object of holders) hold(held, object, clock.now())
    const issued = holders.filter(({ certificate }) => certificate !== null)
    const certified = issued.filter(({ version }) => !this.#recorded.has(version.uid))
    this.#certified = new Map(issued.map(object => [object.name, object]))
    this.#recorded = new Set(
      issued.map(({ version }) => version.uid).filter(uid => this.#recorded.has(uid)),
    )
    const age = (one: SigningRequest, other: SigningRequest): number =>
      one.createdAt.getTime() - other.createdAt.getTime()
    const chosen = found.filter(isUndecided).toSorted(age)
    return { chosen, pending: pending.length, held, certified, large }
  }

  /** Whether this is news. Also one that is decided is remembered: if its write fails, the next turn begins with others. */
  #remember(name: string, uid: string, problems: readonly Problem[], at: Date): boolean {
    const said = `${uid} ${problems.map(({ code }) => code).join(' ')}`
    const isNews = this.#judged.get(name)?.said !== said
    this.#judged.set(name, { at, said })
    return isNews
  }
}

/** Whether the turn decided something or found what is too large, and left something that the next one may decide. */
export function hasMore({ pending, decided }: TurnReport): boolean {
  const isWork = ({ decision, problems }: DecidedPending): boolean =>
    decision !== 'left' || problems.some(({ code }) => code === 'CLUSTER_TOO_LARGE')
  return pending > 0 && decided.some(isWork)
}

/** False if another user decided first, or deleted it. */
async function write(
  { cluster, check }: TurnPorts,
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

function leftTooLarge(name: string): DecidedPending {
  const problems = tooLargeProblems('CertificateSigningRequest', [name])
  return { name, username: '', decision: 'left', policy: null, problems }
}

function reported({ name, username }: SigningRequest, decision: PendingDecision): DecidedPending {
  const policy = decision.kind === 'leave' ? null : decision.policy
  const problems = 'problems' in decision ? decision.problems : []
  return { name, username, decision: PAST[decision.kind], policy, problems }
}
