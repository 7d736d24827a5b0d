// countersign in a history: it proves at the tip (or at a remembered commit), and an approved step becomes a certificate and a record
// as after a real apply.
import type { ApprovedStep } from '../../../src/domain/proof/approved.ts'
import type { ClusterConfig, Config } from '../../../src/domain/request/config.ts'
import type { Evidence } from '../../../src/domain/proof/evidence.ts'
import { objectIn } from '../../../src/domain/proof/git-history.ts'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { IssuingStep } from '../../../src/domain/cluster/plan-step.ts'
import { ok } from '../../../src/domain/problem.ts'
import type { Checked } from '../../../src/domain/problem.ts'
import type { IssuedRecord, RequestRecord } from '../../../src/domain/cluster/record.ts'
import { isDeciding } from '../../../src/core/approval/configuration-places.ts'
import { CODE_OWNERS_PLACES } from '../../../src/core/approval/reviews/code-owners.ts'
import { requestsDigest, trustedDigest } from '../../../src/core/approval/configuration-digest.ts'
import { filesOf } from '../../../src/workflows/prove/applied-history.ts'
import { trustCommit } from '../../../src/workflows/prove/trusted-commit.ts'
import { reviewedWithEnds } from '../../../src/workflows/withdraw/approved-ends.ts'
import type { KeepProof } from '../../../src/workflows/prove/prove.ts'
import type { Reviewed } from '../../../src/workflows/prove/review-steps.ts'
import { clusterOf } from '../../../src/core/plan/plan-steps.ts'
import { effectiveJson } from '../../../src/core/plan/plan-digests.ts'
import { newRecord, recordedProof, withIssued } from '../../../src/core/plan/record-state.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import { pemOf, secondsAfter } from '../issued.ts'
import { digestOfEvidence } from './forge.ts'
import type { Forgery } from './history.ts'
import { SIGNER } from './signer.ts'
import { CONFIG_PATH, WORKFLOW_PATH } from './usual-files.ts'

const CLUSTER = 'prod'

/** Where a history is played: its time, its marks, and what git has at a commit. */
export interface Scene {
  readonly now: () => Date
  readonly commit: (mark: string) => ObjectId
  /** The object at a path of a commit (`''`: its tree), null if there is none. */
  readonly objectAt: (commit: ObjectId, path: string) => Promise<ObjectId | null>
  readonly forged: (record: RequestRecord, how: Forgery) => RequestRecord
}

export class Countersign {
  readonly #scene: Scene
  readonly #records = new Map<string, RequestRecord>()
  #trusted = 'start'
  #trustedRequests: string | null = null
  #isGuarded = true

  constructor(scene: Scene) {
    this.#scene = scene
  }

  trust(mark: string): void {
    this.#trusted = mark
  }

  trustRequests(mark: string): void {
    this.#trustedRequests = mark
  }

  /** From now on, runs see no guard on the records. */
  loseGuard(): void {
    this.#isGuarded = false
  }

  /** Proves every step at a commit. */
  async review(repository: ReviewedRepository, commit: ObjectId): Promise<Checked<Reviewed>> {
    const clock = { now: this.#scene.now, sleep: () => Promise.resolve() }
    const frame = {
      commit,
      config: CONFIG_PATH,
      trustedConfig: await this.digest(repository),
      trustedRequests: await this.#requests(repository),
      workflow: WORKFLOW_PATH,
    }
    const records = new Map([[CLUSTER, [...this.#records.values()]]])
    const ports = { repository, clock }
    const trusted = await trustCommit(ports, frame)
    if (!trusted.ok) return trusted
    const isGuarded = async (): Promise<boolean> => this.#isGuarded
    return ok(await reviewedWithEnds(ports, trusted.value, records, { isGuarded }))
  }

  /** Turns approved steps at the tip into certificates and records. */
  async issue(repository: ReviewedRepository): Promise<Checked<Reviewed>> {
    const { tip } = await repository.facts()
    const reviewed = await this.review(repository, tip)
    if (!reviewed.ok) return reviewed
    const { approved, keepProofs, rules } = reviewed.value
    for (const each of approved) this.#settle(each, rules.config)
    for (const each of keepProofs) this.#keep(each)
    return reviewed
  }

  forge(request: string, how: Forgery): void {
    const record = this.#records.get(request)
    if (record === undefined) throw new Error(`there is no record of ${request}`)
    this.#records.set(request, this.#scene.forged(record, how))
  }

  #settle(approved: ApprovedStep, config: Config): void {
    const { step } = approved
    const now = this.#scene.now()
    if (step.kind === 'withdraw') {
      const record = this.#records.get(step.name)
      if (record !== undefined) this.#records.set(step.name, { ...record, withdrawnAt: now })
      return
    }
    const before = this.#records.get(step.request.name) ?? newRecord(step.request.name, CLUSTER)
    const n = before.n + 1
    const cluster = clusterOf(step.request, config)
    const issued = issuedBy(step, cluster, { n, now, evidence: evidenceOf(approved) })
    this.#records.set(step.request.name, { ...withIssued(before, issued), n })
  }

  /** As in a real apply, which writes the proof of a kept file into its record. */
  #keep({ step: { request }, proof }: KeepProof): void {
    const record = this.#records.get(request.name)
    if (record?.issued === null || record === undefined) return
    const { path, blob } = request
    const issued = { ...record.issued, path, blob, proof: recordedProof(proof) }
    this.#records.set(request.name, { ...record, issued })
  }

  async #requests(repository: ReviewedRepository): Promise<string | null> {
    if (this.#trustedRequests === null) return null
    const commit = this.#scene.commit(this.#trustedRequests)
    const tree = await this.#scene.objectAt(commit, 'requests')
    const listings = await repository.listings(tree === null ? [] : [tree])
    return requestsDigest(commit, filesOf(listings, tree, 'requests'))
  }

  /** `trusted-config` of the trusted commit. */
  async digest(repository: ReviewedRepository): Promise<string> {
    const tree = await this.#scene.objectAt(this.#scene.commit(this.#trusted), '')
    const files = tree === null ? [] : ((await repository.listings([tree])).get(tree) ?? [])
    return trustedDigest(
      new Map(
        files.filter(({ path }) => isConfiguration(path)).map(file => [file.path, objectIn(file)]),
      ),
    )
  }
}

export function isConfiguration(path: string): boolean {
  return (
    path === CONFIG_PATH ||
    (path.startsWith('policies/') && isDeciding(path)) ||
    CODE_OWNERS_PLACES.some(place => place === path) ||
    /(?:^|\/)\.gitattributes$/.test(path)
  )
}

function evidenceOf({ proof }: ApprovedStep): Evidence {
  if (proof.kind === 'review') return proof.evidence
  throw new Error('a step was approved at a terminal')
}

interface Issuing {
  readonly n: number
  readonly now: Date
  readonly evidence: Evidence
}

function issuedBy(
  { request, effective }: IssuingStep,
  cluster: ClusterConfig,
  { n, now, evidence }: Issuing,
): IssuedRecord {
  const certificate = SIGNER.issue({
    request,
    notBefore: secondsAfter(now, -300),
    notAfter: secondsAfter(now, request.durationSeconds - 300),
  })
  return {
    n,
    objectName: `cs-${request.name}-${effective.slice(0, 8)}-${n}`,
    effective,
    path: request.path,
    blob: request.blob,
    signerName: request.signerName,
    certificate: pemOf(certificate),
    sinks: request.sinks,
    sealed: [],
    incomplete: [],
    written: [],
    people: [],
    granted: null,
    meaning: effectiveJson(request, cluster),
    proof: {
      kind: 'review',
      by: evidence.approvals.map(({ reviewer }) => reviewer.login).join(', '),
      digest: digestOfEvidence(evidence),
      evidence,
    },
    issuedAt: now,
    keySince: now,
    beforeUntil: null,
  }
}
