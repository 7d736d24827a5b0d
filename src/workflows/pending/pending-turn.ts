// One turn over the pending requests of one signer: list, choose fairly, judge, decide. What a turn knows is bounded, however many
// requests there are.
import type {
  DecidedPending,
  NameHolder,
  PendingDecision,
  TurnReport,
} from '../../domain/cluster/pending-request.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { isUndecided } from '../../core/cluster/orphan-requests.ts'
import { fairTurn } from '../../core/pending/fair-turn.ts'
import type { Waiting } from '../../core/pending/fair-turn.ts'
import { namesHeld } from '../../core/pending/node-names.ts'
import type { Policies } from '../../core/policy/load-policies.ts'
import { pkcs10FromPem } from '../../core/request/pkcs10/pkcs10-text.ts'
import { isKubeletSigner } from '../../lib/kubernetes/built-in-signers.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import { valuesOf } from '../../lib/x509/x500-name.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { SigningRequests } from '../../ports/signing-requests.ts'
import { judgePending } from './judge-pending.ts'

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
  }
  readonly clock: { readonly now: () => Date }
  /** Called before each write. Throws if nothing may be written. */
  readonly check: () => Promise<void>
  /** Whether the rules still count. */
  readonly mayDecide: () => boolean
}

export interface TurnRules {
  readonly policies: Policies
  readonly cluster: ClusterConfig
  readonly commit: ObjectId
}

type Holders = Map<string, NameHolder[]>

/** The turns of one signer. */
export class PendingTurns {
  readonly #signerName: string
  /** By uid: requests that were judged and are pending. */
  #judged = new Map<string, { readonly at: Date; readonly said: string }>()

  constructor(signerName: string) {
    this.#signerName = signerName
  }

  /** Throws CLUSTER_ codes, and CONTROLLER_NOT_LEADER; decisions before that are in effect. */
  async turn(world: TurnWorld, rules: TurnRules): Promise<TurnReport> {
    const { cluster, clock } = world
    const signerName = this.#signerName
    const { waiting, pending, held } = await this.#list(world)
    const chosen = fairTurn(waiting, IN_TURN)
    const isNodes = chosen.length > 0 && isKubeletSigner(signerName)
    const facts = { held, nodes: isNodes ? await cluster.nodes() : new Map<string, string>() }
    const decided: DecidedPending[] = []
    for (const { object } of chosen) {
      if (!world.mayDecide()) break
      const decision = judgePending(object, signerName, rules.policies, rules.cluster, facts)
      const isNews = this.#remember(object, decision, clock.now())
      if (decision.kind === 'leave') {
        if (isNews) decided.push(reported(object, decision))
      } else if (await write(world, object, decision, rules.commit)) {
        if (decision.kind === 'approve') hold(held, object, clock.now())
        decided.push(reported(object, decision))
      }
    }
    const gone = decided.filter(({ decision }) => decision !== 'left').length
    const at = clock.now()
    return { signerName, commit: rules.commit, pending: pending - gone, decided, at }
  }

  async #list({ cluster, clock }: TurnWorld) {
    let waiting: readonly (Waiting & { readonly object: SigningRequest })[] = []
    let pending = 0
    const held: Holders = new Map()
    const judged = new Map<string, { readonly at: Date; readonly said: string }>()
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
      if (isKubeletSigner(this.#signerName))
        for (const object of page.filter(isApproved)) hold(held, object, clock.now())
    }
    this.#judged = judged
    return { waiting, pending, held }
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

function isApproved({ conditions }: SigningRequest): boolean {
  const has = (type: string): boolean => conditions.some(each => each.type === type)
  return has('Approved') && !has('Denied') && !has('Failed')
}

/** Adds the names of an approved request, unless its certificate has expired or nobody can read it. */
function hold(held: Holders, { request, certificate }: SigningRequest, now: Date): void {
  const issued = certificate === null ? null : readCertificates(certificate)
  const leaf = issued?.ok === true ? (issued.value[0] ?? null) : null
  const asked = leaf === null ? pkcs10FromPem(request, null) : null
  const named = leaf ?? (asked?.ok === true ? asked.value : null)
  if (named === null || (leaf !== null && leaf.notAfter <= now)) return
  const [commonName = ''] = valuesOf(named.subject, ATTRIBUTE_OIDS.CN)
  const holder = { commonName, key: named.publicKey.sha256 }
  for (const name of namesHeld(named)) held.set(name, [...(held.get(name) ?? []), holder])
}

/** False if somebody else decided first, or deleted it. */
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
