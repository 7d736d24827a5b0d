// The port Administration: tokens of service accounts (authentication.k8s.io/v1 TokenRequest), and the guard as it is stored.
import { z } from 'zod'
import { VERSION_ANNOTATION } from '../../../domain/cluster/guard-trial.ts'
import type { GuardTrial, TrialOutcome } from '../../../domain/cluster/guard-trial.ts'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Administration } from '../../../ports/administration.ts'
import type { Right } from '../../../ports/cluster.ts'
import { clusterRule, readAnswer, refusal, unreadable } from '../http/api-server-refusal.ts'
import { tryGuard } from './guard-dry-runs.ts'
import type { Transport } from '../http/api-transport.ts'

const TOKEN = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.iso.datetime() }),
})
const REVIEW = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const LABELS = z.record(z.string(), z.string()).default({})
const OBJECT = z.object({ metadata: z.object({ annotations: LABELS }), spec: z.unknown() })
const NAMESPACE = z.object({ metadata: z.object({ labels: LABELS }) })
const TEXTS = z.array(z.string()).default([])
const CONTAINERS = z.array(z.object({ command: TEXTS, args: TEXTS }))
const PODS = z.object({ items: z.array(z.object({ spec: z.object({ containers: CONTAINERS }) })) })
const PLURALS = {
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
} as const

export class KubernetesAdministration implements Administration {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async issueToken(
    { namespace, name }: Parameters<Administration['issueToken']>[0],
    seconds: number,
  ): ReturnType<Administration['issueToken']> {
    const [at, account] = [namespace, name].map(encodeURIComponent)
    const answer = await this.#transport.ask({
      method: 'POST',
      path: `/api/v1/namespaces/${at}/serviceaccounts/${account}/token`,
      body: {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: { expirationSeconds: seconds },
      },
    })
    const doing = `ask for a token of the service account ${namespace}/${name}`
    const needs = { ...clusterRule('', 'serviceaccounts/token', 'create'), namespace, name }
    if (answer.status !== 200 && answer.status !== 201) throw refusal(answer, doing, needs)
    const read = TOKEN.safeParse(answer.body)
    // No cause is attached: the unreadable answer may be the token.
    if (!read.success) throw unreadable(doing, null)
    const { token, expirationTimestamp } = read.data.status
    return { token: new Secret(token), expiresAt: new Date(expirationTimestamp) }
  }

  async mayOther(
    { username, groups }: Parameters<Administration['mayOther']>[0],
    right: Right,
  ): Promise<boolean | null> {
    const answer = await this.#transport.ask({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: username, groups, resourceAttributes: right },
      },
    })
    if (answer.status === 404) return null
    const doing = `ask what ${username} may do`
    const needs = clusterRule('authorization.k8s.io', 'subjectaccessreviews', 'create')
    return readAnswer(answer, REVIEW, doing, needs).status.allowed
  }

  async guardSpec(
    kind: Parameters<Administration['guardSpec']>[0],
    name: string,
  ): ReturnType<Administration['guardSpec']> {
    const path = `/apis/admissionregistration.k8s.io/v1/${PLURALS[kind]}/${encodeURIComponent(name)}`
    const answer = await this.#transport.ask({ method: 'GET', path })
    if (answer.status === 404) return null
    if (answer.status === 403) return 'hidden'
    const needs = { ...clusterRule('admissionregistration.k8s.io', PLURALS[kind], 'get'), name }
    const { metadata, spec } = readAnswer(answer, OBJECT, `read ${kind} ${name}`, needs)
    return { spec, version: Number(metadata.annotations[VERSION_ANNOTATION] ?? 1) }
  }

  async namespaceLabels(name: string): ReturnType<Administration['namespaceLabels']> {
    const path = `/api/v1/namespaces/${encodeURIComponent(name)}`
    const answer = await this.#transport.ask({ method: 'GET', path })
    if (answer.status === 404) return false
    return NAMESPACE.safeParse(answer.body).data?.metadata.labels ?? null
  }

  async apiServerArguments(): ReturnType<Administration['apiServerArguments']> {
    const path = '/api/v1/namespaces/kube-system/pods'
    const query = { labelSelector: 'component=kube-apiserver' }
    const answer = await this.#transport.ask({ method: 'GET', path, query })
    const { data } = PODS.safeParse(answer.body)
    const containers = (data?.items ?? []).map(({ spec }) => spec.containers)
    return containers.map(all => all.flatMap(({ command, args }) => [...command, ...args]))
  }

  tryGuard(trial: GuardTrial): Promise<TrialOutcome> {
    return tryGuard(this.#transport, trial)
  }
}
