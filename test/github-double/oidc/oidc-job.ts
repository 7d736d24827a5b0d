// The claims of GitHub's OIDC token for a job (docs.github.com, "OpenID Connect reference"). All except the times are strings, and a
// claim that does not apply is absent.

/** The facts of one job that its token contains. */
export interface OidcJob {
  /** owner/name. */
  readonly repository: string
  readonly repositoryId: number
  readonly ownerId: number
  readonly visibility: 'public' | 'private' | 'internal'
  /** refs/heads/…, refs/tags/…, or refs/pull/N/merge. */
  readonly ref: string
  readonly sha: string
  readonly eventName: string
  /** Branches of the pull request, null for other events. */
  readonly pullRequest: { readonly head: string; readonly base: string } | null
  /** The environment of the job; null for none. */
  readonly environment: string | null
  /** Path of the workflow file in the repository. */
  readonly workflowPath: string
  /** owner/name/path@ref of a called workflow; null if the job is in the running workflow itself. */
  readonly calledWorkflow: string | null
  readonly actor: { readonly login: string; readonly id: number }
  readonly runId: number
  readonly runAttempt: number
  readonly runnerEnvironment: 'github-hosted' | 'self-hosted'
  /** Repositories created or renamed since July 2026 have ids in `sub`; older ones only names. */
  readonly subject: 'with-ids' | 'names'
}

/** A push to main of acme/certs, in the environment countersign. */
export const APPLY_JOB: OidcJob = {
  repository: 'acme/certs',
  repositoryId: 5001,
  ownerId: 900,
  visibility: 'private',
  ref: 'refs/heads/main',
  sha: 'c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00',
  eventName: 'push',
  pullRequest: null,
  environment: 'countersign',
  workflowPath: '.github/workflows/countersign.yml',
  calledWorkflow: null,
  actor: { login: 'owner', id: 1002 },
  runId: 70001,
  runAttempt: 1,
  runnerEnvironment: 'github-hosted',
  subject: 'with-ids',
}

export type Claims = Readonly<Record<string, string | number>>

/** All claims except `iss`, `aud` and the times. */
export function jobClaims(job: OidcJob): Claims {
  const workflow = `${job.repository}/${job.workflowPath}@${job.ref}`
  const [owner = ''] = job.repository.split('/')
  return {
    sub: subjectOf(job),
    ref: job.ref,
    ref_type: job.ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    ref_protected: String(job.ref === 'refs/heads/main'),
    sha: job.sha,
    repository: job.repository,
    repository_id: String(job.repositoryId),
    repository_owner: owner,
    repository_owner_id: String(job.ownerId),
    repository_visibility: job.visibility,
    actor: job.actor.login,
    actor_id: String(job.actor.id),
    event_name: job.eventName,
    head_ref: job.pullRequest?.head ?? '',
    base_ref: job.pullRequest?.base ?? '',
    workflow: 'countersign',
    workflow_ref: workflow,
    workflow_sha: job.sha,
    job_workflow_ref: job.calledWorkflow ?? workflow,
    job_workflow_sha: job.sha,
    run_id: String(job.runId),
    run_number: '1',
    run_attempt: String(job.runAttempt),
    runner_environment: job.runnerEnvironment,
    ...(job.environment === null ? {} : { environment: job.environment }),
  }
}

/** A job with an environment has neither its ref nor its event in `sub`. */
function subjectOf(job: OidcJob): string {
  const [owner = '', name = ''] = job.repository.split('/')
  const repository =
    job.subject === 'names' ? job.repository : `${owner}@${job.ownerId}/${name}@${job.repositoryId}`
  if (job.environment !== null)
    return `repo:${repository}:environment:${job.environment.replaceAll(':', '%3A')}`
  return job.pullRequest === null
    ? `repo:${repository}:ref:${job.ref}`
    : `repo:${repository}:pull_request`
}
