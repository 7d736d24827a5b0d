// Checks of this checkout: whether the workflow names a trusted configuration.
import type { Finding } from '../../domain/cluster/finding.ts'
import { findingsIn } from '../../domain/cluster/finding.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { configurationFiles } from '../validate/configuration-files.ts'
import { textOf } from '../validate/read-requests.ts'

const { bad, good, unsure } = findingsIn('files')
const WORKFLOW = '.github/workflows/countersign.yml'

export async function fileFindings(
  files: RepositoryFiles,
  config: string,
): Promise<readonly Finding[]> {
  const digest = trustedDigest(await configurationFiles(files, config))
  const line = `trusted-config: ${digest}`
  const workflow = await files.read(WORKFLOW)
  if (workflow === null)
    return [unsure(`there is no ${WORKFLOW}`, `a job that applies has the input\n${line}`)]
  if (!/^\s*command:\s*apply\b/m.test(textOf(workflow)))
    return [unsure(`${WORKFLOW} has no job that applies`, `apply --prove needs\n${line}`)]
  const said = /^\s*trusted-config:\s*['"]?(sha256:[0-9a-f]{64})['"]?\s*(?:#.*)?$/m.exec(
    textOf(workflow),
  )
  if (said === null)
    return [
      bad(
        `${WORKFLOW} does not say which configuration is trusted, so nothing is issued`,
        `with:\n  ${line}`,
        'APPROVAL_NO_TRUST_ROOT',
      ),
    ]
  return said[1] === digest
    ? [good(`trusted-config in ${WORKFLOW} is this configuration`)]
    : [
        unsure(
          `trusted-config in ${WORKFLOW} is another configuration than this one: each change since has to be approved`,
          `where this one is the first that was reviewed:\n${line}`,
        ),
      ]
}
