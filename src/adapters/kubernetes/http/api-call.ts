// One call to an API server and its answer, independent of how it is sent.
import type { OutgoingHttpHeaders } from 'node:http'
import type { Secret } from '../../../domain/request/secret-value.ts'
import type { PastedCluster } from '../../../lib/source/shell-word.ts'

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly contentType?: string
  /** The user whom this login impersonates. */
  readonly as?: { readonly user: string; readonly groups: string[] }
  /** JSON without it. */
  readonly accept?: string
  /** A larger answer is one with `isTooLarge`, and no failure. */
  readonly mostBytes?: number
}

export interface Reply {
  readonly status: number
  /** Parsed JSON, or the text where the answer is not JSON. */
  readonly body: unknown
  readonly isTooLarge?: true
  /** The cluster that answered, for hints. */
  readonly cluster?: PastedCluster
}

export function headersOf(
  call: Call,
  authorization: Secret<string> | null,
  payload: string | null,
): OutgoingHttpHeaders {
  return {
    accept: call.accept ?? 'application/json',
    'user-agent': 'countersign',
    ...(call.as && { 'impersonate-user': call.as.user, 'impersonate-group': call.as.groups }),
    ...(authorization === null ? {} : { authorization: authorization.reveal() }),
    ...(payload === null
      ? {}
      : {
          'content-type': call.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(payload),
        }),
  }
}
