// An answer on the wire: GitHub's headers, entity tags, and damage by faults.
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Answer } from './answer.ts'

export interface Sending {
  readonly answer: Answer
  /** If-None-Match of a GET, otherwise null. */
  readonly knownTag: string | null
  readonly date: Date
  readonly requestId: string
  readonly isCutShort: boolean
}

/** Whether the client has this answer already and gets 304, which costs nothing. */
export function isKnown({ answer, knownTag }: Sending): boolean {
  if (answer.status !== 200 || knownTag === null) return false
  const tags = knownTag.split(',').map(tag => bare(tag))
  return tags.includes(bare(tagOf(answer)))
}

/** Weak and strong tags of one body are equal for If-None-Match (RFC 9110 13.1.2). */
function bare(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function tagOf(answer: Answer): string {
  return `W/"${createHash('sha256').update(JSON.stringify(answer.body)).digest('hex')}"`
}

export function send(response: ServerResponse, sending: Sending): number {
  const { answer, date, requestId } = sending
  const status = isKnown(sending) ? 304 : answer.status
  const text = status === 304 || answer.body === null ? '' : JSON.stringify(answer.body)
  response.sendDate = false
  response.writeHead(status, {
    ...answer.headers,
    ...(answer.status === 200 ? { etag: tagOf(answer) } : {}),
    'content-type': 'application/json; charset=utf-8',
    date: date.toUTCString(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-request-id': requestId,
  })
  response.end(sending.isCutShort ? text.slice(0, Math.floor(text.length / 2)) : text)
  return status
}
