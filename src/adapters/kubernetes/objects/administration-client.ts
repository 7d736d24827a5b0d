// The port Administration: tokens of service accounts (authentication.k8s.io/v1 TokenRequest), rights of others, and trials of the guard.
import { z } from 'zod'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Administration } from '../../../ports/administration.ts'
import { guardedGrant } from '../../../domain/cluster/grant.ts'
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { GuardTrial, TrialOutcome } from '../../../domain/cluster/guard-trial.ts'
import { readAnswer, statusMessage, unreadable } from '../http/api-server-refusal.ts'
import type { Reply, Asking } from '../http/api-transport.ts'
import { refusingPolicy } from '../http/admission-refusal.ts'
import { ObjectClient } from './object-client.ts'
import { wireDecision, wireManifest } from './signing-request-json.ts'

const TOKEN = z.object({
  status: z.object({ token: z.string().min(1), expirationTimestamp: z.iso.datetime() }),
})
const REVIEW = z.object({ status: z.object({ allowed: z.boolean().default(false) }) })
const TEXTS = z.array(z.string()).default([])
const CONTAINERS = z.array(z.object({ command: TEXTS, args: TEXTS }))
const PODS = z.object({ items: z.array(z.object({ spec: z.object({ containers: CONTAINERS }) })) })

/** An alpha metric of Kubernetes 1.37. Its labels are in the order of the alphabet. */
const STATIC_POLICIES =
  /^apiserver_manifest_admission_config_controller_last_config_info\{[^}]*hash="(sha256:[0-9a-f]{64})",plugin="ValidatingAdmissionPolicy"\} 1$/m

export function kubernetesAdministration(transport: Asking): Administration {
  return {
    async issueToken({ namespace, name }, seconds) {
      const accounts = new ObjectClient(transport, 'ServiceAccount', namespace)
      const spec = { expirationSeconds: seconds }
      const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec }
      const answer = await accounts.ask('POST', { name, subresource: 'token', body })
      const doing = `ask for a token of the service account ${namespace}/${name}`
      const needs = { ...accounts.needs('create', name), subresource: 'token' }
      const read = TOKEN.safeParse(readAnswer(answer, z.unknown(), doing, needs))
      // No cause is attached: the unreadable answer may be the token.
      if (!read.success) throw unreadable(doing, null)
      const { token, expirationTimestamp } = read.data.status
      return { token: new Secret(token), expiresAt: new Date(expirationTimestamp) }
    },

    async mayOther({ username, groups }, right) {
      const reviews = new ObjectClient(transport, 'SubjectAccessReview')
      const spec = { user: username, groups, resourceAttributes: right }
      const answer = await reviews.ask('POST', { body: reviews.wire({ spec }) })
      if (answer.status === 404 || answer.status === 403) return null
      const doing = `ask what ${username} may do`
      return readAnswer(answer, REVIEW, doing, reviews.needs('create')).status.allowed
    },

    async apiServerArguments() {
      const query = { labelSelector: 'component=kube-apiserver' }
      const pods = new ObjectClient(transport, 'Pod', 'kube-system')
      const answer = await pods.ask('GET', { query })
      const { data } = PODS.safeParse(answer.body)
      const containers = (data?.items ?? []).map(({ spec }) => spec.containers)
      return containers.map(all => all.flatMap(({ command, args }) => [...command, ...args]))
    },

    async staticPolicies() {
      const { status, body } = await transport.ask({ method: 'GET', path: '/metrics' })
      const shown = status === 200 && typeof body === 'string' ? STATIC_POLICIES.exec(body) : null
      return shown?.[1] ?? null
    },

    tryGuard: async trial => outcomeOf(trial, await attempt(transport, trial)),
  }
}

// Dry runs against the guard: one call each, and what its answer means. Nothing is stored, and no token is created.

const NAME = 'countersign-doctor'

const DRY_RUN = { query: { dryRun: 'All' } }
function attempt(transport: Asking, trial: GuardTrial): Promise<Reply> {
  const requests = new ObjectClient(transport, 'CertificateSigningRequest')
  switch (trial.kind) {
    case 'record':
    case 'secret': {
      const metadata = {
        name: `countersign-${trial.owner}-doctor`,
        labels: { [OWNER_LABEL]: trial.owner },
      }
      const kind = trial.kind === 'record' ? 'ConfigMap' : 'Secret'
      const objects = new ObjectClient(transport, kind, trial.namespace)
      return objects.ask('POST', { body: { metadata }, ...DRY_RUN })
    }
    case 'write': {
      const groups = ['system:masters', guardedGrant(trial.owner, 'a'.repeat(20))]
      const as = { user: NAME, groups }
      const objects = new ObjectClient(transport, 'ConfigMap', trial.namespace)
      return objects.ask('POST', { body: { metadata: { name: NAME } }, as, ...DRY_RUN })
    }
    case 'pod': {
      const containers = [{ name: NAME, image: NAME }]
      const spec = { serviceAccountName: trial.account, containers }
      const body = { metadata: { name: NAME }, spec }
      return new ObjectClient(transport, 'Pod', trial.namespace).ask('POST', { body, ...DRY_RUN })
    }
    case 'token': {
      const { namespace, account: name } = trial
      const call = { name, subresource: 'token', body: UNBOUND_TOKEN, ...DRY_RUN }
      return new ObjectClient(transport, 'ServiceAccount', namespace).ask('POST', call)
    }
    case 'approval': {
      const { object } = trial
      const body = requests.wire(wireDecision(object, object.conditions))
      return requests.ask('PUT', { name: object.name, subresource: 'approval', body, ...DRY_RUN })
    }
    case 'request': {
      const { name, owner, object } = trial
      const own = { name, labels: { [OWNER_LABEL]: owner }, annotations: {} }
      const manifest = wireManifest({ ...object, ...own, expirationSeconds: 600 })
      return requests.ask('POST', { body: requests.wire(manifest), ...DRY_RUN })
    }
  }
}

/**
 * The API server creates a token in a dry run too. It looks up the object that a token is bound to after the guard has admitted the
 * request. So a Secret that does not exist stops the request there.
 */
const UNBOUND_TOKEN = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: {
    expirationSeconds: 600,
    boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: 'countersign-doctor.invalid' },
  },
}

function outcomeOf({ kind }: GuardTrial, answer: Reply): TrialOutcome {
  const message = statusMessage(answer)
  const isNoSecret = answer.status === 404 && message.startsWith('secrets "countersign-doctor')
  if (kind === 'token' ? isNoSecret : answer.status === 200 || answer.status === 201)
    return { kind: 'allowed' }
  const policy = refusingPolicy(message)
  if (policy === null) return { kind: 'untried', why: message }
  return { kind: 'refused', policy, isBroken: message.includes('resulted in error'), message }
}
