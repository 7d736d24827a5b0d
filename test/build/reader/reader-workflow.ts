// The job `apply` of a workflow file, as the runner of a reader starts it.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { runJob } from '../runner.ts'

export const WORKFLOW = '.github/workflows/countersign.yml'

export interface WorkflowStep {
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly jobs: { readonly apply?: { readonly steps: readonly WorkflowStep[] } }
}

export interface ApplyRun {
  readonly event: string
  readonly commit: string
  readonly token: string
  readonly apiUrl: string
  /** Secrets of the environment, and the variables of the artifact service. */
  readonly env: Readonly<Record<string, string>>
  /** A refusal is no error of the document. */
  readonly mayRefuse: boolean
}

const ACTION = parse(readFileSync(new URL('../../../action.yml', import.meta.url), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}

/** The step with countersign; undefined if the workflow only plans, or does not exist. */
export function applyStep(text: string | null): WorkflowStep | undefined {
  const { apply }: Workflow['jobs'] = text === null ? {} : (parse(text) as Workflow).jobs
  return apply?.steps.find(({ uses }) => uses?.startsWith('countersign/') === true)
}

/** Runs the step to its end. A run that fails is an error of the document. */
export async function runApply(step: WorkflowStep, run: ApplyRun): Promise<void> {
  const { event, commit, token, apiUrl, env, mayRefuse } = run
  const ref = 'refs/heads/main'
  const ran = await runJob({
    event: { name: event, payload: { after: commit, ref } },
    env: {
      GITHUB_API_URL: apiUrl,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/certs',
      GITHUB_RUN_ID: '4711',
      GITHUB_REF: ref,
      GITHUB_SHA: commit,
      GITHUB_WORKFLOW_REF: `acme/certs/${WORKFLOW}@${ref}`,
      ...env,
    },
    inputs: { ...defaultInputs(), token, ...step.with },
  })
  if (ran.code === 0 || (mayRefuse && ran.code === 1)) return
  const lines = `${ran.stdout}${ran.stderr}`.split('\n').filter(line => !line.startsWith('::'))
  throw new Error(`the workflow failed:\n${lines.join('\n')}`)
}

function defaultInputs(): Readonly<Record<string, string>> {
  const entries = Object.entries(ACTION.inputs).filter(([name]) => name !== 'token')
  return Object.fromEntries(entries.map(([name, input]) => [name, input.default ?? '']))
}
