// The judge of "never more access than approved": replays the writes that an API server audited, in order, and keeps its own picture of
// live bindings, certificates, records and revocations. It knows nothing of countersign's code or state.
import type { AuditedWrite } from './audited-cluster.ts'

export interface JudgedUsers {
  /** The identity of apply: the only one that binds a grant. */
  readonly apply: string
  /** Others that may delete bindings of grants. */
  readonly revokers: readonly string[]
}

/** `cs-reader in apps`, or `cs-reader` for the whole cluster; `WRITES` for the binding that makes a grant live. */
type RoleThere = string

const WRITES = 'the writes of its groups'

interface LiveBinding {
  readonly request: string
  readonly role: RoleThere
  readonly grants: readonly string[]
}

interface KnownRecord {
  readonly claim: object | null
  readonly issued: { readonly n: number } | null
  readonly withdrawnAt: string | null
  readonly abandoned: readonly { readonly objectName: string }[]
  readonly history: readonly {
    readonly n: number
    readonly objectName: string
    readonly grant: string | null
  }[]
}

interface SeenObject {
  readonly kind?: string
  readonly metadata?: {
    readonly name?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly finalizers?: readonly string[]
  }
  readonly subjects?: readonly { readonly kind: string; readonly name: string }[]
  readonly roleRef?: { readonly kind: string; readonly name: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly request?: string }
}

const PATH =
  /^\/apis?\/[^?]*?(?:namespaces\/([^/?]+)\/)?(rolebindings|clusterrolebindings|configmaps|certificatesigningrequests)(?:\/([^/?]+))?/
const REQUEST = 'countersign.dev/request'

export class AccessJudge {
  /** What was wrong, in order. */
  readonly faults: string[] = []
  readonly #owner: string
  readonly #users: JudgedUsers
  /** Whether a binding that comes after a revocation is a fault at once, or only if it is live at the end of a run. */
  readonly #isStrict: boolean
  #replayed = 0
  readonly #approved = new Map<string, ReadonlySet<RoleThere>>()
  readonly #live = new Map<string, LiveBinding>()
  readonly #requestOf = new Map<string, string>()
  readonly #records = new Map<string, KnownRecord>()
  readonly #revocations = new Map<string, string>()

  constructor(owner: string, users: JudgedUsers, { isStrict = true } = {}) {
    this.#owner = owner
    this.#users = users
    this.#isStrict = isStrict
  }

  /** Judges the writes that came since the last call. */
  replay(writes: readonly AuditedWrite[]): void {
    for (const write of writes.slice(this.#replayed)) this.#judge(write)
    this.#replayed = writes.length
  }

  /** From here on this access is approved for the request; a run has until its first grant for it to cut older ones. */
  approve(request: string, access: readonly RoleThere[]): void {
    this.#approved.set(request, new Set(access))
  }

  /**
   * At the end of a run: the certificate in use has exactly what is approved, earlier ones no more than that, and nothing else is
   * bound.
   */
  settle(request: string): void {
    const record = this.#records.get(request)
    const inUse = record?.history.find(({ n }) => n === record.issued?.n)?.grant ?? null
    const isOver = record === undefined || record.withdrawnAt !== null
    const bound = this.#liveOf(request).filter(({ role }) => role !== WRITES)
    const wanted = isOver || this.#isRevoked(request, inUse) ? [] : this.#access(request)
    const now = bound.filter(({ grants }) => inUse !== null && grants.includes(inUse))
    const roles = now.map(({ role }) => role).toSorted()
    if (roles.join() !== [...wanted].toSorted().join())
      this.#fault(request, `has ${roles.join() || 'nothing'} at the end of a run`)
    this.#revokedHasNone(request)
    for (const each of bound) {
      if (!this.#access(request).has(each.role) || isOver)
        this.#fault(request, `keeps ${each.role} at the end of a run`)
      for (const grant of each.grants)
        if (!this.#isInUse(request, grant))
          this.#fault(request, `has a binding of ${grant}, which no certificate in use has`)
    }
    if (record !== undefined && record.claim !== null)
      this.#fault(request, 'is claimed at the end of a run')
  }

  /** After revoke: nothing of the request is bound. */
  ended(request: string): void {
    this.#revokedHasNone(request)
    if (!this.#isRevoked(request, null)) this.#fault(request, 'has no revocation')
  }

  /** `cs-reader in apps` of each live binding of the request. */
  rolesOf(request: string): readonly RoleThere[] {
    const roles = this.#liveOf(request).map(({ role }) => role)
    return roles.filter(role => role !== WRITES)
  }

  #revokedHasNone(request: string): void {
    for (const { role, grants } of this.#liveOf(request))
      if (grants.some(grant => this.#isRevoked(request, grant)))
        this.#fault(request, `has ${role} although it is revoked`)
  }

  #judge({ user, verb, path, object }: AuditedWrite): void {
    const [, namespace = '', kind = '', inPath] = PATH.exec(path) ?? []
    const seen = (object ?? {}) as SeenObject
    const name = inPath === undefined ? (seen.metadata?.name ?? '') : decodeURIComponent(inPath)
    const isGone = verb === 'delete' && (seen.metadata?.finalizers ?? []).length === 0
    if (kind.endsWith('rolebindings')) this.#binding(user, verb, { namespace, name, isGone, seen })
    else if (kind === 'configmaps') this.#configMap(name, isGone, seen)
    else if (kind === 'certificatesigningrequests' && !isGone) this.#signingRequest(seen)
  }

  #signingRequest({ metadata, spec }: SeenObject): void {
    const request = metadata?.annotations?.[REQUEST]
    const pem = Buffer.from(spec?.request ?? '', 'base64').toString('latin1')
    const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64').toString('latin1')
    for (const grant of this.#grantsIn(der))
      if (request !== undefined) this.#requestOf.set(grant, request)
  }

  #configMap(name: string, isGone: boolean, { data }: SeenObject): void {
    const isRevocation = name.startsWith(`countersign.revoked.${this.#owner}.`)
    const request = name.slice(`countersign-${this.#owner}-`.length)
    const isRecord = name.startsWith(`countersign-${this.#owner}-`)
    if (isGone) {
      this.#revocations.delete(name)
      if (isRecord) this.#records.delete(request)
    } else if (isRevocation) this.#revocations.set(name, data?.['value'] ?? '')
    else if (isRecord && data?.['record.json'] !== undefined)
      this.#records.set(request, JSON.parse(data['record.json']) as KnownRecord)
  }

  #binding(
    user: string,
    verb: AuditedWrite['verb'],
    at: Readonly<Record<'namespace' | 'name', string>> & {
      readonly isGone: boolean
      readonly seen: SeenObject
    },
  ): void {
    const { seen, name, namespace } = at
    const key = `${namespace}/${name}`
    const subjects = seen.subjects ?? []
    const isLive = name.endsWith(`:countersign-${this.#owner}-grants`)
    const [account, prefix] = [`g-${this.#owner}-`, `countersign:${this.#owner}:`]
    const grants = subjects.flatMap(({ name: subject }) =>
      this.#grantsIn(isLive ? subject.replace(account, prefix) : subject),
    )
    const isOurs = this.#grantsIn(name).length > 0 || grants.length > 0 || this.#live.has(key)
    if (!isOurs) return
    const isCreated = verb === 'create'
    const may = isCreated ? [this.#users.apply] : [this.#users.apply, ...this.#users.revokers]
    if (!may.includes(user)) this.#fault(name, `was written by ${user} (${verb})`)
    if (at.isGone || subjects.length === 0) {
      this.#live.delete(key)
      return
    }
    const there = `${seen.roleRef?.name ?? ''}${namespace === '' ? '' : ` in ${namespace}`}`
    const role = isLive ? WRITES : there
    const [grant = ''] = grants
    const request = this.#requestOf.get(grant) ?? ''
    this.#live.set(key, { request, role, grants })
    // A deletion that a finalizer holds up adds nothing.
    if (verb !== 'delete') this.#granted(request, grant, role, { name, seen })
  }

  /** A binding that gives access from now on. */
  #granted(
    request: string,
    grant: string,
    role: RoleThere,
    { name, seen }: { readonly name: string; readonly seen: SeenObject },
  ): void {
    const [only, ...more] = seen.subjects ?? []
    const isLive = role === WRITES
    const subject = isLive
      ? `ServiceAccount g-${this.#owner}-${grant.split(':').at(-1)}`
      : `Group ${grant}`
    if (`${only?.kind} ${only?.name}` !== subject || more.length > 0)
      this.#fault(name, 'has another subject than its grant')
    const named = isLive ? `countersign-${this.#owner}-grants` : seen.roleRef?.name
    if (seen.roleRef?.kind !== 'ClusterRole' || name !== `${grant}:${named}`)
      this.#fault(name, 'is not named by its grant and its ClusterRole')
    if (request === '') return this.#fault(name, 'is for a grant that no certificate was made with')
    if (seen.metadata?.annotations?.[REQUEST] !== request)
      this.#fault(name, `does not name its request ${request}`)
    if (!this.#isListed(request, grant)) this.#fault(request, `got ${role} before its record`)
    if (this.#isStrict && this.#isRevoked(request, grant))
      this.#fault(request, `got ${role} although it is revoked`)
    for (const each of this.#liveOf(request))
      if (each.role !== WRITES && !this.#access(request).has(each.role))
        this.#fault(request, `has ${each.role}, which is not approved, when ${role} is bound`)
  }

  /** Whether the record lists a certificate with the grant. */
  #isListed(request: string, grant: string): boolean {
    return this.#records.get(request)?.history.some(each => each.grant === grant) === true
  }

  /** Whether a certificate with the grant is in use, or was before: not one that was lost with its run. */
  #isInUse(request: string, grant: string): boolean {
    const record = this.#records.get(request)
    const lost = new Set(record?.abandoned.map(({ objectName }) => objectName))
    return record?.history.some(each => each.grant === grant && !lost.has(each.objectName)) === true
  }

  #isRevoked(request: string, grant: string | null): boolean {
    const values = [...this.#revocations.values()]
    return values.includes(request) || (grant !== null && values.includes(grant))
  }

  #liveOf(request: string): readonly LiveBinding[] {
    return [...this.#live.values()].filter(each => each.request === request)
  }

  #access(request: string): ReadonlySet<RoleThere> {
    return this.#approved.get(request) ?? new Set()
  }

  #grantsIn(text: string): readonly string[] {
    return text.match(new RegExp(`countersign:${this.#owner}:[a-z2-79][a-z2-7]{19}`, 'g')) ?? []
  }

  #fault(about: string, what: string): void {
    this.faults.push(`${about} ${what}`)
  }
}
