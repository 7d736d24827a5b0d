// Checks of this checkout: which configuration the workflows trust, and placeholders that nobody filled in.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import type { Checked } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import { CODE_OWNERS_PLACES } from '../../core/approval/reviews/code-owners.ts'
import { fileKind, isPassedOver } from '../../core/request/detect-format.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { actionReference } from '../../setup/repository/workflow-file.ts'
import { configurationFiles } from '../validate/configuration-files.ts'
import { textOf } from '../validate/read-requests.ts'

const FOLDER = '.github/workflows'
const UNPINNED = /uses:\s*['"]?countersign\/countersign@0{40}(?!\w)/
const EMPTY = /(?:^|[\s{,])trusted-config:\s*['"]?(?:sha256:0{64})?['"]?\s*(?:[,}#]|$)/
const TRUSTED = /(?:^|[\s{,])trusted-config:\s*['"]?(sha256:[0-9a-f]{64})['"]?\s*(?:[,}#]|$)/m

const OTHER =
  'the default branch has another approved configuration than this checkout, with which the clusters are compared here'
const PULL =
  'git pull, or merge your own change, and run doctor again; until then do not paste commands for the cluster'

/**
 * The digest of the configuration of the default branch, if approved changes lead from this digest to it; null if GitHub was not asked or
 * did not answer.
 */
export type ProvedSince = (trustedConfig: string) => Promise<Checked<string> | null>

/** `config`: that of the checkout. A placeholder is named with file and line. Throws as `files` does. */
export async function fileFindings(
  files: RepositoryFiles,
  config: Config,
  provedSince: ProvedSince,
): Promise<readonly Finding[]> {
  const digest = trustedDigest(await configurationFiles(files, config.path))
  const listed = (await files.list(FOLDER)) ?? []
  const workflows = listed.filter(
    file => /\.ya?ml$/.test(file.path) && textOf(file).includes('countersign/countersign@'),
  )
  const [request = null] = ((await files.list(config.requests)) ?? []).filter(
    ({ path, uncommitted }) =>
      uncommitted !== true && fileKind(path) !== null && !isPassedOver(path),
  )
  const owners = await Promise.all(CODE_OWNERS_PLACES.map(place => files.read(place)))
  const trusted = await Promise.all(
    workflows.map(file => trustFindings(file, digest, request, provedSince)),
  )
  const names = config.approval.configuration.users.map(({ login }) => `@${login}`).join(' ')
  return [
    ...workflows.flatMap(file => placeholders(file, digest, 'FILL-IN by the value')),
    ...owners
      .filter(file => file !== null)
      .flatMap(file =>
        placeholders(file, digest, `every <FILL-IN> by ${names || '@LOGIN'}`).slice(0, 1),
      ),
    // A Gitea server runs no workflow of countersign.
    ...(workflows.length === 0 && config.forge === null
      ? [
          unsure(
            `no workflow in ${FOLDER} uses countersign`,
            `a job that applies has the input\ntrusted-config: ${digest}`,
          ),
        ]
      : trusted.flat()),
  ]
}

/** `digest`: that of this configuration. `fill`: what to replace FILL-IN by. */
function placeholders(file: RequestFile, digest: string, fill: string): readonly Finding[] {
  return textOf(file)
    .split('\n')
    .flatMap((line, index) => {
      const at = `${file.path}:${index + 1}`
      if (/^\s*#/.test(line)) return []
      if (UNPINNED.test(line))
        return [bad(`${at} pins countersign to zeros`, `uses: ${actionReference()}`)]
      if (EMPTY.test(line)) return [untrusted(at, `trusted-config: ${digest}`)]
      return line.includes('FILL-IN')
        ? [bad(`${at} is not filled in: ${line.trim()}`, `replace ${fill}`)]
        : []
    })
}

function untrusted(at: string, paste: string): Finding {
  const message = `${at} does not say which configuration is trusted, so nothing is issued`
  return bad(message, paste, 'APPROVAL_NO_TRUST_ROOT')
}

/** Nothing for a workflow that only plans, or that has a placeholder there. `request`: one whose proof shows the changes since. */
async function trustFindings(
  file: RequestFile,
  digest: string,
  request: RequestFile | null,
  provedSince: ProvedSince,
): Promise<readonly Finding[]> {
  const lines = textOf(file)
    .split('\n')
    .filter(each => !/^\s*#/.test(each))
  const count = (pattern: RegExp): number => lines.filter(each => pattern.test(each)).length
  if (count(EMPTY) > 0 || count(/command: plan/) >= count(/countersign\/countersign@/)) return []
  const [, said] = TRUSTED.exec(lines.join('\n')) ?? []
  if (said === undefined) return [untrusted(file.path, `with:\n  trusted-config: ${digest}`)]
  const proved = await provedSince(said)
  if (proved?.ok === true && proved.value !== digest) return [unsure(OTHER, PULL)]
  // Before the first merge no change leads to it.
  if (said === digest) return [good(`trusted-config in ${file.path} is this configuration`)]
  const changed = `trusted-config in ${file.path} is another configuration than this one`
  if (proved?.ok === false) {
    const [{ message, hint, code }] = proved.problems
    return [bad(`${changed}: ${message}`, hint, code)]
  }
  if (proved !== null)
    return [
      good(
        `trusted-config in ${file.path} is an earlier configuration, and by approved changes it leads to this one`,
      ),
    ]
  const fill = `if this one is the first that was reviewed:\ntrusted-config: ${digest}`
  const prove =
    request === null
      ? ''
      : `to see whether each change was approved:\ncountersign prove ${shellWord(request.path)} --trusted-config ${said}\n`
  return [
    unsure(`${changed}: if a change since was not approved, nothing is issued`, `${prove}${fill}`),
  ]
}
