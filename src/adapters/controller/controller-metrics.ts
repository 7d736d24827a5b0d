// Metrics of a controller for Prometheus. Those of certificates have the names and labels of x509-certificate-exporter, so that its
// alerts and dashboards work for them too.
import { Counter, Gauge, Registry } from 'prom-client'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { SecretSink } from '../../domain/request/sink.ts'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import { VERSION } from '../../domain/version.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { countedOutcomes } from '../../domain/cluster/pass-report.ts'
import type { TurnReport } from '../../domain/cluster/pending-request.ts'
import type { PassReport } from '../../domain/cluster/pass-report.ts'
import type { ControllerReports } from '../../ports/progress.ts'

const SECOND_MS = 1000
const CERTIFICATE_LABELS = [
  'serial_number',
  'issuer_CN',
  'subject_CN',
  'subject_O',
  'secret_namespace',
  'secret_name',
  'secret_key',
] as const

/** A certificate in use, and the Secrets that hold it. */
interface InUse {
  readonly certificate: X509Certificate
  readonly secrets: readonly SecretSink[]
}

export class ControllerMetrics implements Partial<ControllerReports> {
  readonly #registry = new Registry()
  readonly #inUse = new Map<string, InUse>()
  readonly #leader = this.#gauge('countersign_leader', '1 while this process leads')
  readonly #lastPass = this.#gauge(
    'countersign_last_pass_timestamp_seconds',
    'When the last whole pass began',
  )
  readonly #passSeconds = this.#gauge('countersign_pass_seconds', 'How long the last pass took')
  readonly #requests = this.#labelled(
    'countersign_requests',
    'Requests by outcome of the last pass',
    'outcome',
  )
  readonly #info = this.#labelled(
    'countersign_commit_info',
    'The commit of the last pass',
    'commit',
  )
  readonly #passes = this.#counter('countersign_passes_total', 'Passes by reason', 'because')
  readonly #steps = this.#counter('countersign_steps_total', 'Outcomes of steps', 'outcome')
  readonly #problems = this.#counter('countersign_problems_total', 'Problems by code', 'code')
  readonly #calls = this.#counter('countersign_github_calls_total', 'Calls to GitHub', 'kind')
  readonly #pending = this.#labelled(
    'countersign_pending_requests',
    'Pending CertificateSigningRequests of others after the last turn',
    'signer',
  )
  readonly #decisions = new Counter({
    name: 'countersign_decisions_total',
    help: 'Decisions on CertificateSigningRequests of others',
    labelNames: ['decision', 'signer'],
    registers: [this.#registry],
  })
  readonly #notBefore = this.#certificate('x509_cert_not_before', 'notBefore of the certificate')
  readonly #notAfter = this.#certificate('x509_cert_not_after', 'notAfter of the certificate')
  readonly #expired = this.#certificate('x509_cert_expired', '1 if the certificate has expired')

  constructor() {
    this.#labelled('countersign_build_info', 'The version of countersign', 'version').set(
      { version: VERSION },
      1,
    )
  }

  /** The text of /metrics and its content type. `now`: for what has expired. */
  async text(now: Date): Promise<{ readonly body: string; readonly type: string }> {
    for (const gauge of [this.#notBefore, this.#notAfter, this.#expired]) gauge.reset()
    for (const { certificate, secrets } of this.#inUse.values())
      for (const secret of secrets) this.#show(certificate, secret, now)
    return { body: await this.#registry.metrics(), type: this.#registry.contentType }
  }

  leads(isLeader: boolean): void {
    this.#leader.set(isLeader ? 1 : 0)
    // The new leader counts them.
    if (isLeader) return
    this.#inUse.clear()
    this.#requests.reset()
    this.#pending.reset()
  }

  passed(report: PassReport): void {
    this.#passes.inc({ because: report.isOffline ? 'offline' : report.because })
    this.#calls.inc({ kind: 'pass' }, report.calls)
    this.#count(report)
    if (!report.isOffline) {
      this.#lastPass.set(report.at.getTime() / SECOND_MS)
      this.#passSeconds.set(report.milliseconds / SECOND_MS)
      this.#info.reset()
      this.#info.set({ commit: report.commit }, 1)
      this.#requests.reset()
      for (const [outcome, count] of Object.entries(countedOutcomes(report)))
        this.#requests.set({ outcome }, count)
      this.#inUse.clear()
    }
    for (const outcome of report.steps) {
      const inUse = certificateOf(outcome)
      if (inUse !== null) this.#inUse.set(stepTarget(outcome.step).name, inUse)
    }
  }

  turned({ signerName: signer, pending, decided }: TurnReport): void {
    this.#pending.set({ signer }, pending)
    for (const { decision, problems } of decided) {
      this.#decisions.inc({ decision, signer })
      this.failed(problems)
    }
  }

  failed(problems: Parameters<ControllerReports['failed']>[0]): void {
    for (const { code } of problems) this.#problems.inc({ code })
  }

  stopped(): void {
    this.#leader.set(0)
  }

  #count({ steps, problems }: PassReport): void {
    for (const outcome of steps.filter(({ kind }) => kind !== 'kept')) {
      this.#steps.inc({ outcome: outcome.kind })
      if ('problems' in outcome) this.failed(outcome.problems)
    }
    this.failed(problems)
  }

  #show(
    { serial, issuer, subject, notBefore, notAfter }: X509Certificate,
    secret: SecretSink,
    now: Date,
  ): void {
    const labels = {
      serial_number: serial,
      issuer_CN: joined(issuer, ATTRIBUTE_OIDS.CN),
      subject_CN: joined(subject, ATTRIBUTE_OIDS.CN),
      subject_O: joined(subject, ATTRIBUTE_OIDS.O),
      secret_namespace: secret.namespace,
      secret_name: secret.name,
      secret_key: 'tls.crt',
    }
    this.#notBefore.set(labels, notBefore.getTime() / SECOND_MS)
    this.#notAfter.set(labels, notAfter.getTime() / SECOND_MS)
    this.#expired.set(labels, notAfter <= now ? 1 : 0)
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.#registry] })
  }

  #labelled<Label extends string>(name: string, help: string, label: Label): Gauge<Label> {
    return new Gauge({ name, help, labelNames: [label], registers: [this.#registry] })
  }

  #counter<Label extends string>(name: string, help: string, label: Label): Counter<Label> {
    return new Counter({ name, help, labelNames: [label], registers: [this.#registry] })
  }

  #certificate(name: string, help: string) {
    return new Gauge({ name, help, labelNames: CERTIFICATE_LABELS, registers: [this.#registry] })
  }
}

/** The certificate in use after the step; null if there is none, or it is in no Secret. */
function certificateOf(outcome: StepOutcome): InUse | null {
  const { step } = outcome
  if (!('request' in step)) return null
  const current = 'current' in step ? step.current : null
  const pem = outcome.kind === 'issued' ? outcome.certificate : (current?.certificate ?? null)
  const certificate = leafIn(pem)
  const secrets = step.request.sinks.flatMap(sink => (sink.kind === 'secret' ? [sink] : []))
  return certificate === null || secrets.length === 0 ? null : { certificate, secrets }
}

function joined(name: DistinguishedName, oid: string): string {
  return attributeValues(name, oid).join(',')
}
