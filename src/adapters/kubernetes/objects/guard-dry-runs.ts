// Dry runs against the guard: one call each, and what its answer means. Nothing is stored, and no token is created.
import { OWNER_LABEL } from '../../../domain/cluster/record.ts'
import type { GuardTrial, TrialOutcome } from '../../../domain/cluster/guard-trial.ts'
import { refusingPolicy, statusMessage } from '../http/api-server-refusal.ts'
import type { Answer, Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'
import { wireDecision, wireManifest } from './signing-request-json.ts'

const NAME = 'countersign-doctor'

const DRY_RUN = { query: { dryRun: 'All' } }

export async function tryGuard(transport: Asking, trial: GuardTrial): Promise<TrialOutcome> {
  return outcomeOf(trial, await attempt(transport, trial))
}

function attempt(transport: Asking, trial: GuardTrial): Promise<Answer> {
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
      const manifest = {
        name,
        labels: { [OWNER_LABEL]: owner },
        annotations: {},
        request: object.request,
        signerName: object.signerName,
        usages: object.usages,
        expirationSeconds: 600,
      }
      return requests.ask('POST', { body: requests.wire(wireManifest(manifest)), ...DRY_RUN })
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
