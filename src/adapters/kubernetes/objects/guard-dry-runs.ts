// Dry runs against the guard: one call each, and what its answer means. Nothing is stored, and no token is created.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { GuardTrial, TrialOutcome } from '../../../domain/cluster/guard-trial.ts'
import { refusingPolicy, statusMessage } from '../http/api-server-refusal.ts'
import type { Answer, Call, Transport } from '../http/api-transport.ts'
import { SIGNING_REQUESTS, wireDecision, wireManifest } from './signing-request-json.ts'

const NAME = 'countersign-doctor'

export async function tryGuard(transport: Transport, trial: GuardTrial): Promise<TrialOutcome> {
  return outcomeOf(trial, await transport.ask({ ...callOf(trial), query: { dryRun: 'All' } }))
}

function callOf(trial: GuardTrial): Pick<Call, 'method' | 'path' | 'body'> {
  switch (trial.kind) {
    case 'record':
    case 'secret': {
      const metadata = {
        name: `countersign-${trial.owner}-doctor`,
        labels: { [OWNER_LABEL]: trial.owner },
      }
      const resource = trial.kind === 'record' ? 'configmaps' : 'secrets'
      return { method: 'POST', path: within(trial.namespace, resource), body: { metadata } }
    }
    case 'pod': {
      const containers = [{ name: NAME, image: NAME }]
      const spec = { serviceAccountName: trial.account, containers }
      const body = { metadata: { name: NAME }, spec }
      return { method: 'POST', path: within(trial.namespace, 'pods'), body }
    }
    case 'token': {
      const account = `serviceaccounts/${encodeURIComponent(trial.account)}/token`
      return { method: 'POST', path: within(trial.namespace, account), body: UNBOUND_TOKEN }
    }
    case 'approval': {
      const { object } = trial
      const path = `${SIGNING_REQUESTS}/${encodeURIComponent(object.name)}/approval`
      return { method: 'PUT', path, body: wireDecision(object, object.conditions) }
    }
    case 'request': {
      const { name, owner, object } = trial
      const manifest = {
        name,
        labels: { [OWNER_LABEL]: owner },
        annotations: {},
        request: object.request,
        signerName: object.signerName,
        usages: object.usages,
        expirationSeconds: 600,
      }
      return { method: 'POST', path: SIGNING_REQUESTS, body: wireManifest(manifest) }
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

function outcomeOf({ kind }: GuardTrial, answer: Answer): TrialOutcome {
  const message = statusMessage(answer)
  const isNoSecret = answer.status === 404 && message.startsWith('secrets "countersign-doctor')
  if (kind === 'token' ? isNoSecret : answer.status === 200 || answer.status === 201)
    return { kind: 'allowed' }
  const policy = refusingPolicy(message)
  if (policy === null) return { kind: 'untried', why: message }
  return { kind: 'refused', policy, isBroken: message.includes('resulted in error'), message }
}

function within(namespace: string, rest: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${rest}`
}
