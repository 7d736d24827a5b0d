// Schema of the `sinks` part of a policy: the sinks that requests may have. A sink decides who gets the key, so the default is none.
import { z } from 'zod'
import type { SinkAllowance } from '../../../domain/request/policy.ts'
import { orElse, orNull } from '../../../lib/schema/absent-members.ts'
import { exactlyOne } from '../../../lib/schema/refinements.ts'
import { ONE_LINE, textList } from '../../../lib/schema/text-rules.ts'

const patterns = textList(ONE_LINE)
const some = z.array(z.string()).min(1).pipe(patterns).meta({ minItems: 1 })
const anyIfAbsent = orNull(some)
const noneIfAbsent = orElse(some, [])

const secret = z
  .strictObject({
    namespaces: some.describe('Namespaces, with * for any characters'),
    names: anyIfAbsent.describe('Names of Secrets, with *; any where absent'),
    labels: noneIfAbsent.describe('Keys of labels that may be set, with *; none where absent'),
    annotations: noneIfAbsent.describe(
      'Keys of annotations that may be set, with *; none where absent',
    ),
    adopt: orElse(z.boolean(), false).describe(
      'true allows taking over a Secret that another program wrote',
    ),
  })
  .transform(({ adopt: mayAdopt, ...said }) => ({ kind: 'secret' as const, ...said, mayAdopt }))

const githubSecret = z
  .strictObject({
    repositories: some.describe('Repositories as owner/name, with *'),
    environments: anyIfAbsent.describe('Environments, with *; any where absent'),
    names: anyIfAbsent.describe('Names of secrets, with *; any where absent'),
  })
  .transform(said => ({ kind: 'githubSecret' as const, ...said }))

const artifact = z
  .strictObject({
    names: anyIfAbsent.describe('Names of artifacts, with *; any where absent'),
    recipients: noneIfAbsent.describe(
      'age recipients; an artifact may be encrypted to these and no others',
    ),
    public: orElse(z.boolean(), false).describe(
      'true allows artifacts without recipients in a public repository too',
    ),
  })
  .transform(({ public: isPublic, ...said }) => ({ kind: 'artifact' as const, ...said, isPublic }))

const file = z
  .strictObject({ paths: some.describe('Path patterns: *, ** and ?') })
  .transform(said => ({ kind: 'file' as const, ...said }))

const kubeconfig = z
  .strictObject({
    secret: secret.optional().describe('Kubeconfigs in Secrets'),
    githubSecret: githubSecret.optional().describe('Kubeconfigs in secrets of GitHub'),
    artifact: artifact.optional().describe('Kubeconfigs in artifacts'),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((said, context) => {
    const message = 'kubeconfig takes exactly one of secret, githubSecret and artifact'
    const kinds = [said.secret, said.githubSecret, said.artifact]
    const into = exactlyOne(kinds, context, { message, hint: 'write an entry for each' })
    return { kind: 'kubeconfig' as const, into }
  })

const entry = z
  .strictObject({
    secret: secret.optional().describe('Secrets in the cluster'),
    kubeconfig: kubeconfig.optional().describe('Kubeconfigs, into one of these'),
    githubSecret: githubSecret.optional().describe('Secrets of environments on GitHub'),
    artifact: artifact.optional().describe('Artifacts of the workflow run'),
    file: file.optional().describe('Files, at the command line only'),
  })
  .meta({ minProperties: 1, maxProperties: 1 })
  .transform((said, context): SinkAllowance => {
    const kinds = [said.secret, said.kubeconfig, said.githubSecret, said.artifact, said.file]
    const message = 'an entry is exactly one of secret, kubeconfig, githubSecret, artifact and file'
    const hint = 'begin each entry with a dash of its own'
    return exactlyOne(kinds, context, { message, hint })
  })

export const sinkAllowances = z
  .array(entry)
  .describe('Sinks that requests may have; a request with any other sink is denied')
