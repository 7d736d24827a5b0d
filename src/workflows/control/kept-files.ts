// The trusted files that each pass keeps in the cluster for emergencies, and what they say.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, failure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EmergencyConfig } from '../../domain/request/config.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import type { KeptFiles } from '../../ports/records.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { Ready } from '../issue/apply-reviewed.ts'
import type { ReviewFrame } from '../prove/applied-history.ts'
import { isPolicy, readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { PassPorts } from './pass-ports.ts'

type KeptFile = KeptFiles['files'][number]

/**
 * Keeps the files of a trusted commit by which asks are judged: configuration, policies, and requests of the emergency, each as it was
 * proved. Returns why it could not: the pass goes on.
 */
export async function keepForEmergency(
  { emergencies }: Pick<PassPorts, 'emergencies'>,
  ready: Pick<Ready, 'commit' | 'frame' | 'reviewed' | 'observed'>,
): Promise<readonly Problem[]> {
  const { files, rules } = ready.commit
  const { emergency, path } = rules.config
  if (emergency === null) return []
  try {
    const before = (await emergencies.readKept())?.files ?? []
    const proved = emergency.requests.map(name => provedFile(ready, name, before))
    const read = await Promise.all([files.read(path), ...proved])
    const policies = ((await files.list(POLICIES)) ?? []).filter(each => isPolicy(each.path))
    const kept = [...read.flatMap(file => file ?? []), ...policies]
    const { commit, trustedConfig } = ready.frame
    const branch = ready.commit.history.repository.defaultBranch
    await emergencies.keep({ commit, branch, trustedConfig: trustedConfig ?? '', files: kept })
    return []
  } catch (cause) {
    return [caughtProblem(cause)]
  }
}

/** The file of a request as this pass proved it. A change that is not proved leaves the bytes that the certificate is of. */
async function provedFile(
  { commit: { files }, reviewed, observed }: Pick<Ready, 'commit' | 'reviewed' | 'observed'>,
  name: string,
  before: KeptFiles['files'],
): Promise<KeptFile | null> {
  const proved = [...reviewed.approved, ...reviewed.keepProofs].map(({ step }): Step => step)
  const steps = reviewed.plan.steps.filter(
    step => stepTarget(step).name === name && proved.includes(step),
  )
  const [asking] = steps.flatMap(step => ('request' in step ? step.request : []))
  if (asking !== undefined) return files.read(asking.path)
  const records = observed.flatMap(each => each.records)
  const record = records.find(({ request, withdrawnAt }) => request === name && !withdrawnAt)
  const issued = record?.issued ?? null
  // A proved step without a request withdraws it.
  if (steps.length > 0 || issued === null || issued.proof.kind === 'terminal') return null
  const isSame = (each: KeptFile | null): boolean =>
    each?.path === issued.path && each.blob === issued.blob
  const file = await files.read(issued.path)
  // A file that asks for an end too soon for a certificate gets none in an emergency either, proved or not.
  const isOver = reviewed.plan.steps.some(
    step =>
      step.kind === 'blocked' &&
      step.path === issued.path &&
      step.problems.some(({ code }) => code === 'REQUEST_UNTIL'),
  )
  if (isOver) return null
  if (!isSame(file)) return before.find(isSame) ?? null
  // For these very bytes an approval ended, for example by its age.
  const hasEnded = reviewed.refused.some(
    ({ step, problems }) =>
      stepTarget(step).path === issued.path &&
      problems.some(({ code }) => code.startsWith('APPROVAL_')),
  )
  return hasEnded ? null : file
}

/** Files that a trusted pass kept, with their rules. */
export interface KeptRules extends Omit<KeptFiles, 'files'> {
  readonly files: RepositoryFiles
  readonly rules: Rules
  readonly emergency: EmergencyConfig
}

/**
 * What the last trusted pass kept; null without a pass, and without an emergency. Throws EMERGENCY_FILES if it was proved from another trust root
 * than `frame` has (absent: not known), or cannot be read; and CLUSTER_ codes.
 */
export async function keptRules(
  { emergencies }: Pick<PassPorts, 'emergencies'>,
  frame: Pick<ReviewFrame, 'config'> & Partial<Pick<ReviewFrame, 'trustedConfig'>>,
): Promise<KeptRules | null> {
  const kept = await emergencies.readKept()
  if (kept === null) return null
  const files = repositoryOf(kept)
  const rules = await readRules(files, frame.config, null)
  const { trustedConfig = kept.trustedConfig } = frame
  if (!rules.ok || kept.trustedConfig !== trustedConfig)
    throw failure(
      'EMERGENCY_FILES',
      `the configuration of ${kept.commit.slice(0, 7)} is kept, and ${rules.ok ? `it was proved from ${kept.trustedConfig}, not from ${frame.trustedConfig}` : rules.problems[0].message}`,
      'the next whole pass keeps the newest one; until then nothing is issued in an emergency',
    )
  const { emergency } = rules.value.config
  return emergency && { ...kept, files, rules: rules.value, emergency }
}

/** The name of a file is believed with its bytes: the guard protects both. */
function repositoryOf({ commit, files }: KeptFiles): RepositoryFiles {
  const all = files.map(file => ({ ...file, mode: '100644', uncommitted: null }))
  return {
    description: `kept commit ${commit.slice(0, 7)}`,
    read: async path => all.find(file => file.path === path) ?? null,
    list: async folder => all.filter(file => file.path.startsWith(`${folder}/`)),
  }
}
