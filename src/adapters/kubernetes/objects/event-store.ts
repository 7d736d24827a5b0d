// The port Events: events.k8s.io/v1 in the record namespace. kubectl events --for configmap/NAME (or lease/NAME) shows them.
import { z } from 'zod'
import { OWNER_LABEL, recordName } from '../../../domain/cluster/record.ts'
import type { ControllerEvent } from '../../../domain/cluster/pass-report.ts'
import type { Events } from '../../../ports/records.ts'
import type { Asking } from '../http/api-transport.ts'
import type { RecordPlace } from './lease-store.ts'
import { ObjectClient } from './object-client.ts'

/** Bytes. */
const LONGEST_NOTE = 1024

export function kubernetesEvents(transport: Asking, { namespace, owner }: RecordPlace): Events {
  const events = new ObjectClient(transport, 'Event', namespace)
  return {
    async add({ regarding, type, reason, message, at }) {
      const { apiVersion, kind, name, action } = objectOf(owner, regarding)
      const event = {
        metadata: { generateName: `${name}-`, namespace, labels: { [OWNER_LABEL]: owner } },
        // MicroTime: six digits.
        eventTime: at.toISOString().replace('Z', '000Z'),
        reportingController: 'countersign.dev/controller',
        reportingInstance: `countersign-${owner}`,
        action,
        type,
        reason,
        note: noteOf(message),
        regarding: { apiVersion, kind, namespace, name },
      }
      await events.create(event, z.unknown(), `write an Event for ${name}`)
    },
  }
}

function objectOf(owner: string, regarding: ControllerEvent['regarding']) {
  if (regarding.kind === 'record') {
    const name = recordName(owner, regarding.request)
    return { apiVersion: 'v1', kind: 'ConfigMap', name, action: 'Apply' }
  }
  const { name } = regarding
  return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', name, action: 'Approve' }
}

/** The message in the bytes that a note may have. */
export function noteOf(message: string): string {
  const bytes = Buffer.from(message)
  if (bytes.length <= LONGEST_NOTE) return message
  // A character that is cut is left out.
  const cut = bytes.subarray(0, LONGEST_NOTE - Buffer.byteLength('…'))
  return `${new TextDecoder().decode(cut, { stream: true })}…`
}
