// Key holders: where a key and a certificate will be, and who can use them there. The holder of a key matters as much as the name
// in the certificate.
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import type { EffectiveRequest, RequestedKey } from '../../domain/request/request.ts'
import { loginWords } from '../../domain/request/sink.ts'
import type { KubeconfigSecret, SecretSink, Sink } from '../../domain/request/sink.ts'
import { code, joinMarkdown, mark, NOTHING } from './safe-markdown.ts'
import type { CommentFacts } from './step-states.ts'
import type { Markdown } from './safe-markdown.ts'

/** Key holders are shown in full. */
const MOST_CHARACTERS = 2000

type Visibility = RepositoryFacts['visibility']

/** The kind of the key, and its holder. */
export function keyMarkdown(key: RequestedKey): Markdown {
  if (key.kind === 'own') {
    const { publicKey } = key.pkcs10
    return mark`${publicKey.algorithm}${size(publicKey.size)}, held by the requester alone; public key SHA-256 ${publicKey.sha256}`
  }
  const { algorithm, size: bits, rotationPolicy } = key.spec
  const curve = algorithm === 'ECDSA' && bits !== null ? mark` P-${bits}` : size(bits)
  const kept = rotationPolicy === 'Never' ? mark`, the same one at renewals` : NOTHING
  return mark`${{ markdown: algorithm }}${curve}, made in the run${kept}`
}

/** One sentence for each sink: its place, and who can use its content. */
export function sinksMarkdown(
  { sinks, cluster, key }: EffectiveRequest,
  { visibility, hasCertificates }: Pick<CommentFacts, 'visibility' | 'hasCertificates'>,
): Markdown {
  if (sinks.length === 0)
    return hasCertificates
      ? mark`a comment on this pull request, if apply writes comments`
      : mark`no place: comments have no certificates in this public repository`
  const what = key.kind === 'own' ? mark`certificate` : mark`key`
  return joinMarkdown(
    sinks.map(sink => sinkMarkdown(sink, cluster, what, visibility)),
    '; ',
  )
}

function sinkMarkdown(sink: Sink, cluster: string, what: Markdown, seen: Visibility): Markdown {
  switch (sink.kind) {
    case 'secret': {
      const name = mark`Secret ${`${sink.namespace}/${sink.name}`}${marks(sink)}`
      return mark`${name}: everyone who may read Secrets in ${sink.namespace} of ${cluster} can use the ${what}`
    }
    case 'kubeconfig':
      return sink.into.kind === 'secret'
        ? mark`${loginWords(sink.into)} in Secret ${`${sink.into.namespace}/${sink.into.name}`}${marks(sink.into)}: everyone who may read Secrets in ${sink.into.namespace} of ${cluster} can use it`
        : mark`kubeconfig in ${sinkMarkdown(sink.into, cluster, what, seen)}`
    case 'githubSecret':
      return mark`GitHub secret ${sink.name} of ${sink.repository}: every workflow that may use its environment ${sink.environment} can use the ${what}`
    case 'artifact':
      return mark`artifact ${sink.name}: ${artifactReaders(sink.recipients, seen)}`
    case 'file':
      return mark`file ${sink.path}: everyone who may read it on the machine of the run`
  }
}

/** Settings that can give the Secret to others, or take over another owner's Secret. */
function marks(sink: SecretSink | KubeconfigSecret): Markdown {
  const keys = [...Object.keys(sink.labels), ...Object.keys(sink.annotations)]
  const parts = [
    ...('adopt' in sink && sink.adopt ? [mark`takes over what is there`] : []),
    ...(keys.length > 0
      ? [mark`marked ${code(keys.join(', '), MOST_CHARACTERS)}, so controllers may copy it`]
      : []),
  ]
  return parts.length === 0 ? NOTHING : mark` (${joinMarkdown(parts, '; ')})`
}

function artifactReaders(recipients: readonly string[], visibility: Visibility): Markdown {
  if (recipients.length > 0)
    return mark`encrypted, readable with the key of ${code(recipients.join(', '), MOST_CHARACTERS)} only`
  return visibility === 'public'
    ? mark`everyone can read it, since this repository is public`
    : mark`everyone who may read this repository can read it`
}

function size(bits: number | null): Markdown {
  return bits === null ? NOTHING : mark` ${bits}`
}
