// countersign init: the files of a new repository, never over files that are there, and what is left to do.
import { join } from 'node:path'
import { defaultBranchOf } from '../../adapters/system/git-checkout.ts'
import { makeFolder, writeNew } from '../../adapters/system/new-files.ts'
import { CODE_OWNERS_PLACES } from '../../core/approval/reviews/code-owners.ts'
import { trustedDigest } from '../../core/approval/configuration-digest.ts'
import type { ExitCode } from '../../domain/cluster/outcome.ts'
import { usageFailure } from '../../domain/problem.ts'
import type { Setup } from '../../domain/request/initial-setup.ts'
import { configurationFiles } from '../../workflows/validate/configuration-files.ts'
import { codeOwnersLines, codeOwnersText } from '../../setup/repository/code-owners-file.ts'
import { configurationText, missingIn } from '../../setup/repository/first-configuration.ts'
import { POLICY_TEXT } from '../../setup/repository/first-policy.ts'
import { stepsText } from '../../setup/repository/next-steps.ts'
import { workflowText } from '../../setup/repository/workflow-file.ts'
import { visible } from '../../output/terminal/plural-words.ts'
import type { Context } from '../command-context.ts'
import { clusterSetup, ownersSetup } from './init-discovery.ts'
import { printReport } from './print-results.ts'

const WORKFLOW = '.github/workflows/countersign.yml'
const POLICY = 'policies/people.yaml'
const OWNER_LENGTH = 30

export interface InitFlags {
  readonly repository: string | null
  /** Logins, or LOGIN=ID. */
  readonly owners: readonly string[]
  readonly tokenEnv: string | null
}

export async function init(context: Context, flags: InitFlags): Promise<ExitCode> {
  const setup = await setupOf(context, flags)
  const written: string[] = []
  const existing: string[] = []
  const write = async (path: string, text: string): Promise<void> => {
    const isNew = await writeNew(join(context.root, path), text)
    ;(isNew ? written : existing).push(path)
  }
  const { config } = context.options
  await write(config, configurationText(setup))
  await write(POLICY, POLICY_TEXT)
  const owned = await codeOwnersPlace(context)
  if (owned === null) await write('CODEOWNERS', codeOwnersText(setup.owners))
  else existing.push(owned)
  const digest = trustedDigest(await configurationFiles(context.files, config))
  await write(WORKFLOW, workflowText(setup, digest))
  // git keeps no empty folder, and this checkout shall be one that countersign reads.
  await makeFolder(join(context.root, 'requests', 'people'))
  show(context, { setup, written, existing, digest, owned })
  return 0
}

interface Made {
  readonly setup: Setup
  readonly written: readonly string[]
  readonly existing: readonly string[]
  readonly digest: string
  /** The CODEOWNERS that was there before. */
  readonly owned: string | null
}

function show(context: Context, { setup, written, existing, digest, owned }: Made): void {
  const { terminal, options, paint } = context
  const missing = written.includes(options.config) ? missingIn(setup) : []
  if (options.output !== 'text') {
    const said = { written, existing, missing, trustedConfig: digest }
    return printReport(context, said)
  }
  const blocks = [
    ...(written.length === 0 ? [] : [paint.strong(`wrote ${written.join('  ')}`)]),
    ...existing.map(path => `${path} exists and is not overwritten`),
    ...(owned === null
      ? []
      : [
          `give these paths to the owners in ${owned}, below its other lines:\n${codeOwnersLines(setup.owners)}`,
        ]),
    ...(existing.includes(WORKFLOW)
      ? [`its line for this configuration: trusted-config: ${digest}`]
      : []),
    ...missing.map(what => `${paint.warn('fill in')} ${what}`),
    ...(missing.length === 0
      ? []
      : [
          `FILL-IN marks each place; until then countersign refuses the file. Then set trusted-config in ${WORKFLOW}: countersign doctor tells it`,
        ]),
    stepsText(setup),
  ]
  terminal.result(blocks.join('\n'))
}

async function setupOf(context: Context, flags: InitFlags): Promise<Setup> {
  const { git, root, options } = context
  const name = options.cluster
  if (name === null || !/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name))
    throw usageFailure(
      name === null
        ? 'init needs a name for the cluster'
        : `"${visible(name)}" is not a name for a cluster: lower-case letters, digits and hyphens`,
      'countersign init --cluster prod',
    )
  const repository = flags.repository ?? (await git.origin())
  if (repository !== null && !/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw usageFailure(
      `${visible(repository)} is not the name of a repository`,
      'write it as OWNER/NAME',
    )
  const defaultBranch = (await defaultBranchOf(root)) ?? 'main'
  const [cluster, owners] = await Promise.all([
    clusterSetup(context, name),
    ownersSetup(context, { ...flags, repository }),
  ])
  return { owner: ownerName(repository ?? root), repository, defaultBranch, cluster, owners }
}

/** `acme/certs` is acme-certs; without a repository the name of the folder. */
function ownerName(text: string): string {
  const said = text.split('/').slice(-2).join('-').toLowerCase()
  const plain = said.replaceAll(/[^a-z0-9]+/g, '-').slice(-OWNER_LENGTH)
  return plain.replaceAll(/^-+|-+$/g, '') || 'certificates'
}

/** GitHub reads one CODEOWNERS; a second would be dead. */
async function codeOwnersPlace({ files }: Context): Promise<string | null> {
  for (const place of CODE_OWNERS_PLACES) if ((await files.read(place)) !== null) return place
  return null
}
