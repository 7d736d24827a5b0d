// A request with an end at acme, whose cluster has the guard: people act, and the action runs, so many minutes after the start.
import { X509Certificate } from 'node:crypto'
import { accessPlace, codeFor, pairOf } from './access-place.ts'
import type { AccessPlace, Pair } from './access-place.ts'
import { withAcme } from './at-acme.ts'
import type { Acme, RunWords } from './github-run.ts'
import type { GuardedKind } from './guarded-cluster.ts'

export const JANE = 'requests/people/jane.yaml'
export const PEOPLE = 'policies/people.yaml'
export const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
export const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const READS = '/api/v1/namespaces/apps/configmaps'
const MINUTE_MS = 60_000

export type Files = Readonly<Record<string, unknown>>

export interface UntilWords {
  readonly kind?: GuardedKind
  readonly policy?: object
  /** Changes to the configuration. */
  readonly config?: object
  readonly given?: Files
}

/** A real cluster has no other time than that of the machine: everything happens at minute 0 there. */
export class UntilScene {
  minutes = 0
  readonly start = Date.now()
  readonly at: AccessPlace
  readonly acme: Acme
  #pulls = 0

  constructor(at: AccessPlace, acme: Acme) {
    this.at = at
    this.acme = acme
  }

  time(minutes: number): string {
    return new Date(this.start + minutes * MINUTE_MS).toISOString()
  }

  now(): Date {
    return new Date(Date.now() + this.minutes * MINUTE_MS)
  }

  /** jane may read until so many minutes after the start. */
  jane(minutes: number, more: object = {}): Files {
    return { [JANE]: { access: ACCESS, until: this.time(minutes), ...more } }
  }

  /** Approved and merged when so many minutes have passed. */
  merges(minutes: number, files: Files): void {
    this.#acts(minutes)
    this.#pulls += 1
    this.acme.proposes(this.#pulls, files)
    if (Object.keys(files).some(path => !path.startsWith('requests/')))
      this.acme.does(`owner approves PR${this.#pulls}`)
    this.acme.lands(this.#pulls)
  }

  /** On the default branch, and nobody approved it. */
  pushes(minutes: number, files: Files): void {
    this.#acts(minutes)
    this.acme.does('author pushes to main', files)
  }

  /** Before 0 the people act yesterday. */
  #acts(minutes: number): void {
    if (minutes === 0) return
    this.minutes = minutes
    this.acme.stage.world.state.now = new Date(this.now().getTime() - 6 * MINUTE_MS)
  }

  /** The action; its exit code and whole output. `skew`: minutes that the clock of the runner is ahead. */
  async applies(
    minutes: number,
    skew = 0,
    words: RunWords = {},
  ): Promise<readonly [number, string]> {
    this.minutes = minutes
    if (minutes !== 0) this.acme.stage.world.state.now = this.now()
    const { preload = [], env, ...rest } = words
    const { code, stdout, stderr } = await this.acme.apply({
      ...rest,
      preload: ['test/build/clock-ahead.mjs', ...preload],
      env: { AHEAD_MS: String(minutes * MINUTE_MS), SKEW_MS: String(skew * MINUTE_MS), ...env },
    })
    return [code ?? -1, stdout + stderr]
  }

  pair(name = 'jane'): Promise<Pair> {
    return pairOf(this.at.place, name)
  }

  /** The code of a call that the access allows. */
  code(pair: Pair): Promise<number> {
    return codeFor(pair, READS, this.at.place)
  }

  /** Minutes after the start. */
  endOf({ certificatePem }: Pair): number {
    return (Date.parse(new X509Certificate(certificatePem).validTo) - this.start) / MINUTE_MS
  }
}

export async function untilScene(
  act: (scene: UntilScene) => Promise<void>,
  { kind = 'embedded cluster', policy = POLICY, config = {}, given = {} }: UntilWords = {},
): Promise<void> {
  let played: UntilScene | null = null
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
  const now = (): Date => played?.now() ?? new Date()
  const at = await accessPlace(kind, { roles: { 'cs-reader': rules }, embedded: { now } })
  try {
    const files = { 'countersign.yaml': { ...at.config, ...config }, [PEOPLE]: policy, ...given }
    await withAcme(at.place, { files }, async acme => {
      played = new UntilScene(at, acme)
      await act(played)
    })
  } finally {
    await at.end()
  }
}
