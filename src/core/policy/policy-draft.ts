// A policy that allows a request and others like it in its folder: a start for the owner of the policies.
import { NAME_MEMBERS } from '../../domain/request/policy.ts'
import { isOpaque } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { KubeconfigSecret, SecretSink, Sink } from '../../domain/request/sink.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { judgedRequest } from './judged-request.ts'

const OWN_NAME = {
  rule: 'request.commonName == request.name',
  message: 'commonName must equal the request name',
}

/** The members of a policy file. Names that no policy can allow are left out. `name`: of the policy. */
export function policyDraft(request: EffectiveRequest, name: string): object {
  const { path, signerName, usages, durationSeconds, key, sinks, access } = request
  const names = judgedRequest(request, { requester: null, isPublic: false }).names
  const [commonName] = names.get('commonName') ?? []
  const hasOwnName = commonName === request.name
  const allowed: Record<string, unknown> = {}
  const subject: Record<string, unknown> = {}
  for (const member of NAME_MEMBERS) {
    const values = names.get(member)
    if (values === undefined) continue
    const isOne = member === 'commonName' || member === 'subject.serialNumber'
    const one = member === 'commonName' && hasOwnName ? '*' : values[0]
    const [last = member, group] = member.split('.').toReversed()
    const part = group === undefined ? allowed : subject
    // In a policy * stands for any characters, so such a value is compared by a rule.
    if (values.some(value => value.includes('*')))
      part[last] = { validations: [{ rule: `self in ${JSON.stringify(values)}` }] }
    else part[last] = isOne ? { value: one, required: true } : { values }
  }
  if (Object.keys(subject).length > 0) allowed['subject'] = subject
  const { algorithm } = key.kind === 'own' ? key.pkcs10.publicKey : key.spec
  const spec = withoutEmptyLists({
    selector: { paths: [`${path.slice(0, path.lastIndexOf('/'))}/*`], signerNames: [signerName] },
    allowed: { ...allowed, usages },
    constraints: { maxDuration: formatDuration(durationSeconds), privateKey: { algorithm } },
    sinks: sinks.map(sink => sinkAllowance(sink, request)),
    access: access.map(({ clusterRole, namespaces }) => {
      const place = namespaces === null ? { cluster: true } : { namespaces }
      return { clusterRoles: [clusterRole], ...place }
    }),
    rules: hasOwnName ? [OWN_NAME] : [],
    opaque: isOpaque(request.format) ? 'allow' : 'deny',
  })
  const metadata = { name }
  return { apiVersion: 'countersign.dev/v1', kind: 'CertificateRequestPolicy', metadata, spec }
}

/** The entry of a policy that allows the sink for each request of the folder: with `*` for the name of the request. */
function sinkAllowance(sink: Sink, { name }: Pick<EffectiveRequest, 'name'>): object {
  const own = new RegExp(`(?<![a-z0-9])${name}(?![a-z0-9])`, 'g')
  const pattern = (text: string): string[] => [text.replace(own, '*')]
  switch (sink.kind) {
    case 'secret':
      return secretAllowance(sink)
    case 'githubSecret': {
      const { repository, environment } = sink
      const places = { repositories: [repository], environments: [environment] }
      return { githubSecret: { ...places, names: [sink.name] } }
    }
    case 'artifact':
      return {
        artifact: withoutEmptyLists({ names: pattern(sink.name), recipients: sink.recipients }),
      }
    case 'file':
      return { file: { paths: pattern(sink.path) } }
    case 'kubeconfig': {
      const { into } = sink
      return {
        kubeconfig: into.kind === 'secret' ? secretAllowance(into) : sinkAllowance(into, { name }),
      }
    }
  }

  function secretAllowance(secret: SecretSink | KubeconfigSecret): object {
    const { namespace, labels, annotations } = secret
    const marks = { labels: Object.keys(labels), annotations: Object.keys(annotations) }
    const adopt = 'adopt' in secret ? { adopt: secret.adopt } : {}
    const all = { namespaces: [namespace], names: pattern(secret.name), ...marks, ...adopt }
    return { secret: withoutEmptyLists(all) }
  }
}

/** An empty list in a policy is a fault; an absent one allows nothing. */
function withoutEmptyLists(members: Readonly<Record<string, unknown>>): object {
  const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0
  return Object.fromEntries(Object.entries(members).filter(([, value]) => !isEmpty(value)))
}
