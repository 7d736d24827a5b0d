// The port Events: events.k8s.io/v1 in the record namespace. kubectl events --for configmap/NAME (or lease/NAME) shows them.
import { OWNER_LABEL, recordName } from '../../../domain/cluster/record.ts'
import type { ControllerEvent } from '../../../domain/cluster/pass-report.ts'
import type { Events } from '../../../ports/records.ts'
import { clusterRule, refusal } from '../http/api-server-refusal.ts'
import type { Transport } from '../http/api-transport.ts'
import type { RecordPlace } from './lease-store.ts'

const GROUP = 'events.k8s.io'
/** Bytes. */
const LONGEST_NOTE = 1024

export class KubernetesEvents implements Events {
  readonly #transport: Transport
  readonly #at: RecordPlace

  constructor(transport: Transport, at: RecordPlace) {
    this.#transport = transport
    this.#at = at
  }

  async add({ regarding, type, reason, message, at }: ControllerEvent): Promise<void> {
    const { apiVersion, kind, name, action } = this.#about(regarding)
    const answer = await this.#transport.ask({
      method: 'POST',
      path: `/apis/${GROUP}/v1/namespaces/${encodeURIComponent(this.#at.namespace)}/events`,
      body: {
        apiVersion: `${GROUP}/v1`,
        kind: 'Event',
        metadata: {
          generateName: `${name}-`,
          namespace: this.#at.namespace,
          labels: { [OWNER_LABEL]: this.#at.owner },
        },
        // MicroTime: six digits.
        eventTime: at.toISOString().replace('Z', '000Z'),
        reportingController: 'countersign.dev/controller',
        reportingInstance: `countersign-${this.#at.owner}`,
        action,
        type,
        reason,
        note: noteOf(message),
        regarding: { apiVersion, kind, namespace: this.#at.namespace, name },
      },
    })
    if (answer.status !== 201)
      throw refusal(answer, `write an Event for ${name}`, {
        ...clusterRule(GROUP, 'events', 'create'),
        namespace: this.#at.namespace,
      })
  }

  #about(regarding: ControllerEvent['regarding']) {
    if (regarding.kind === 'record') {
      const name = recordName(this.#at.owner, regarding.request)
      return { apiVersion: 'v1', kind: 'ConfigMap', name, action: 'Apply' }
    }
    const { name } = regarding
    return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, action: 'Approve' }
  }
}

/** The message in the bytes that a note may have. */
export function noteOf(message: string): string {
  const bytes = Buffer.from(message)
  if (bytes.length <= LONGEST_NOTE) return message
  // A character that is cut is left out.
  const cut = bytes.subarray(0, LONGEST_NOTE - Buffer.byteLength('…'))
  return `${new TextDecoder().decode(cut, { stream: true })}…`
}
