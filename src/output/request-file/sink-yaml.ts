// Sinks as values for the YAML of a request file. Members that the reader fills in are left out.
import type { ArtifactSink, GithubSecretSink, SecretSink, Sink } from '../../domain/request/sink.ts'

type Said = Readonly<Record<string, unknown>>

export function sinkYaml(sink: Sink): Said {
  switch (sink.kind) {
    case 'secret':
      return { secret: secretYaml(sink) }
    case 'kubeconfig':
      return { kubeconfig: kubeconfigYaml(sink.into) }
    case 'githubSecret':
      return { githubSecret: githubSecretYaml(sink) }
    case 'artifact':
      return { artifact: artifactYaml(sink) }
    case 'file':
      return { file: { path: sink.path, ...format(sink) } }
  }
}

function secretYaml({ namespace, name, labels, annotations, keystores, adopt }: SecretSink): Said {
  const { pkcs12 } = keystores
  const password = pkcs12?.passwordSecretRef ?? null
  return {
    namespace,
    name,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(pkcs12 !== null && {
      keystores: {
        pkcs12: {
          profile: pkcs12.profile,
          ...(password !== null && { passwordSecretRef: password }),
        },
      },
    }),
    ...(adopt && { adopt }),
  }
}

function kubeconfigYaml(into: Extract<Sink, { kind: 'kubeconfig' }>['into']): Said {
  switch (into.kind) {
    case 'secret':
      return { secret: { namespace: into.namespace, name: into.name } }
    case 'githubSecret':
      return { githubSecret: githubSecretYaml(into) }
    case 'artifact':
      return { artifact: artifactYaml(into) }
  }
}

function githubSecretYaml({ repository, environment, name, ...said }: GithubSecretSink): Said {
  return { repository, environment, name, ...format(said) }
}

function artifactYaml({ name, recipients, ...said }: ArtifactSink): Said {
  return { name, ...format(said), ...(recipients.length > 0 && { recipients }) }
}

function format({ format: said }: { readonly format: string | null }): Said {
  return said === null ? {} : { format: said }
}
