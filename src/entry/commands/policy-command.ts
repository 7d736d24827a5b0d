// countersign policy explain, draft and test: the verdict of each policy, a policy for a request, and the results of the policy tests.
import { stringify } from 'yaml'
import { failure, isNonEmpty, ok, usageFailure, withoutRepeats } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { personNamed } from '../../workflows/validate/selected-names.ts'
import { inventoryOf } from '../../workflows/validate/inventory-files.ts'
import { judgeRequest } from '../../workflows/validate/judge-request.ts'
import { runPolicyTest, untestedRules } from '../../workflows/validate/run-policy-tests.ts'
import type { TestResult } from '../../workflows/validate/run-policy-tests.ts'
import { isPolicyTest, readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import { policyDraft } from '../../core/policy/policy-draft.ts'
import { parsePolicyTests } from '../../core/policy/policy-test-file.ts'
import { explainedText } from '../../output/terminal/policy-text.ts'
import type { Explained } from '../../output/terminal/policy-text.ts'
import { problemJson } from '../../output/json/results-json.ts'
import { problemsText } from '../../output/terminal/problem-text.ts'
import { counted } from '../../output/terminal/plural-words.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { signerProblems } from '../../lib/kubernetes/kubernetes-rules.ts'
import { hasMasters } from '../../lib/kubernetes/kubernetes-name-rules.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import type { Texts } from '../flags/flag-values.ts'
import { requestPath, requestsInCheckout } from './named-requests.ts'

export async function policyExplain(
  context: Context,
  [path = '']: readonly string[],
  { requester }: Texts<'requester'>,
): Promise<Answer> {
  const { clock, paint } = context
  const named = await namedRequests(context, path)
  if (!named.ok) return named
  const { rules, requests } = named.value
  const person = personNamed(rules.config, requester)
  const explained = requests.flatMap((request): readonly Explained[] => {
    const asked = { requester: person, isPublic: false }
    const { verdict, problems } = judgeRequest(request, rules, asked, clock.now())
    if (verdict === null) return []
    const said = new Set<Problem>(verdict.decision === 'allowed' ? [] : verdict.problems)
    return [
      {
        name: request.name,
        cluster: request.cluster,
        verdict,
        above: problems.filter(each => !said.has(each)),
      },
    ]
  })
  return {
    text: explained.map(each => explainedText(each, paint)).join('\n\n'),
    report: { requests: explained.map(explainedJson) },
    hasRefusals: explained.some(
      ({ verdict, above }) => verdict.decision !== 'allowed' || above.length > 0,
    ),
  }
}

const ADVICE = `# Read each line: this allows every request like this one in its folder.
# Open a pull request with the policy only, and merge it before the request.`

const MASTERS =
  'warning: the group system:masters bypasses RBAC: its holder may do everything, and no role limits it'

/** A policy for the request and others of its folder. It writes nothing: its owner reads it first. */
export async function policyDraftFor(
  context: Context,
  [path = '']: readonly string[],
): Promise<Answer> {
  const named = await namedRequests(context, path)
  if (!named.ok) return named
  const faults = named.value.requests.flatMap(each => signerProblems(each, null).problems)
  // No policy makes the signer sign it.
  const unsigned = withoutRepeats(faults.filter(({ code }) => code.startsWith('SIGNER_USAGE')))
  if (isNonEmpty(unsigned)) return { ok: false, problems: unsigned }
  const taken = named.value.rules.policies?.policies.map(({ name }) => name) ?? []
  const [draft] = named.value.requests.map(request => {
    const name = request.path.split('/').at(-2) ?? request.name
    const others = taken.map((_, index) => `${name}-${index + 2}`)
    return policyDraft(request, [name, ...others].find(each => !taken.includes(each)) ?? name)
  })
  const yaml = draft === undefined ? '' : stringify(draft, { lineWidth: 0 }).trimEnd()
  const isMaster = named.value.requests.some(hasMasters)
  if (isMaster) context.terminal.talk(MASTERS)
  return {
    text: `${isMaster ? `# ${MASTERS}\n` : ''}${ADVICE}\n${yaml}`,
    report: draft ?? {},
    hasRefusals: false,
  }
}

/** The effective requests of a name or file, one for each cluster. */
async function namedRequests(
  context: Context,
  path: string,
): Promise<Checked<{ readonly rules: Rules; readonly requests: readonly EffectiveRequest[] }>> {
  const { options, files } = context
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return rules
  const file = await files.read(await requestPath(context, path))
  if (file === null || file.mode === '040000')
    throw failure(
      'RUN_FILES',
      `there is no file and no request ${visible(path)}`,
      didYouMean(
        path,
        (await requestsInCheckout(context)).map(({ name }) => name),
        'name a request or its file, for example requests/people/jane.yaml',
      ),
    )
  const parsed = parseRequest(file, rules.value.config.requests)
  const effective = parsed.ok ? effectiveRequests(parsed.value, rules.value.config) : parsed
  return effective.ok ? ok({ rules: rules.value, requests: effective.value }) : effective
}

export async function policyTest(context: Context): Promise<Answer> {
  const { options, files, clock, paint } = context
  const rules = await readRules(files, options.config, null)
  if (!rules.ok) return rules
  const broken = rules.value.policies?.broken.flatMap(({ problems }) => problems) ?? []
  const found = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isPolicyTest(path))
  const read = found.map(parsePolicyTests)
  const unreadable = [...broken, ...read.flatMap(each => (each.ok ? [] : each.problems))]
  if (unreadable.length > 0) return { ok: false, problems: unreadable }
  const tests = read.flatMap(each => (each.ok ? each.value : []))
  if (tests.length === 0)
    throw usageFailure(
      'no policy test was found in policies/',
      'write one to a file that ends in .test.yaml, as docs/reference/policies.md shows',
    )
  const now = clock.now()
  const { clusters, places } = rules.value.config
  const inventories = new Map(
    await Promise.all(
      clusters.map(async each => [each.name, await inventoryOf(files, each, places)] as const),
    ),
  )
  const results = tests.map(test => runPolicyTest(test, rules.value, inventories, now))
  const failed = results.filter(({ isPassed }) => !isPassed)
  const untested = failed.length === 0 ? untestedRules(tests, rules.value, inventories, now) : []
  const lines = results.map(
    ({ test, isPassed }) =>
      `${isPassed ? paint.good('✓') : paint.bad('✗')} ${visible(test.at.file)}  ${visible(test.name)}`,
  )
  const wrong = failed.map(result => failedText(result, context))
  const unseen = untested.map(
    ({ policy, what }) =>
      `${paint.warn('!')} ${visible(policy.path)}: no test covers ${visible(what)}`,
  )
  const verdict = `${results.length - failed.length} passed, ${failed.length} failed${untested.length === 0 ? '' : `; ${counted(untested.length, 'rule')} that no test covers`}`
  return {
    text: [...lines, ...wrong, ...unseen, paint.strong(verdict)].join('\n'),
    report: {
      tests: results.map(resultJson),
      untested: untested.map(({ policy: { name, path }, what }) => ({
        policy: name,
        path,
        rule: what,
      })),
    },
    hasRefusals: failed.length > 0,
  }
}

function failedText({ test, codes, problems }: TestResult, { paint }: Context): string {
  const wanted = test.codes === null ? 'allowed' : test.codes.join(', ')
  const seen = codes.length === 0 ? 'allowed' : codes.join(', ')
  const head = `\n${visible(test.at.file)}:${test.at.line}  ${visible(test.name)}: expected ${wanted}, got ${seen}`
  return problems.length === 0 ? head : `${head}\n${problemsText(problems, paint)}`
}

function resultJson({ test, codes, isPassed }: TestResult): unknown {
  return {
    file: test.at.file,
    line: test.at.line,
    name: test.name,
    expected: test.codes ?? 'allowed',
    codes,
    isPassed,
  }
}

function explainedJson({ name, cluster, verdict, above }: Explained): unknown {
  const explanations = verdict.explanations.map(each =>
    'problems' in each ? { ...each, problems: each.problems.map(problemJson) } : each,
  )
  const fixed = verdict.decision === 'allowed' ? { fixedRoles: verdict.fixedRoles } : {}
  const { decision } = verdict
  return { name, cluster, decision, ...fixed, above: above.map(problemJson), explanations }
}
