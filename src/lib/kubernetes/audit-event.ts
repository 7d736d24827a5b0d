// One line of the API server's audit log (audit.k8s.io/v1). Only what an audit may show is read: bodies can hold Secrets.
import { jsonOf, namedMember } from '../../domain/json-text.ts'

export type AuditEvent = NonNullable<ReturnType<typeof readAuditEvent>>

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'
/** A proxied backend, or an object that is missing, gives any code to a request that was allowed. */
const DECISION = 'authorization.k8s.io/decision'

/** Null if the line is no event. `isOver`: of the events of one request, one is the end of the answer. */
export function readAuditEvent(line: string) {
  const event = jsonOf(line)
  const [at] = texts(event, 'requestReceivedTimestamp').map(text => new Date(text))
  const kind = [...texts(event, 'apiVersion'), ...texts(event, 'kind')].join(' ')
  if (kind !== 'audit.k8s.io/v1 Event' || at === undefined || Number.isNaN(at.getTime()))
    return null
  const what = [...texts(event, 'verb'), ...texts(event, 'objectRef', 'resource')]
  const place = texts(event, 'objectRef', 'namespace').flatMap(namespace => ['in', namespace])
  return {
    at,
    isOver: texts(event, 'stage').some(each => each === 'ResponseComplete' || each === 'Panic'),
    isSuccess:
      texts(event, 'responseStatus', 'code').some(code => Number(code) < 300) ||
      texts(event, 'annotations', DECISION).includes('allow'),
    username: texts(event, 'user', 'username').join(''),
    groups: texts(event, 'user', 'groups'),
    certificates: texts(event, 'user', 'extra', CREDENTIAL_ID).flatMap(
      id => /^X509SHA256=([0-9a-f]{64})$/.exec(id)?.[1] ?? [],
    ),
    action: [...what, ...place].join(' '),
    addresses: texts(event, 'sourceIPs'),
  }
}

/** What is at the path, one or a list. Long values are cut: a user name can have 30,000 characters. */
function texts(value: unknown, ...path: readonly string[]): readonly string[] {
  let found = value
  for (const name of path) found = namedMember(found, name)
  return [found].flat().flatMap((each: unknown) => {
    return typeof each === 'string' || typeof each === 'number' ? `${each}`.slice(0, 256) : []
  })
}
