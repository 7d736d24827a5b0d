// The gh commands for what an administrator of the repository sets up by hand.
import { shellWord } from '../../lib/source/shell-word.ts'

/** Creates the environment, or limits it to one branch. Two lines. */
export function limitEnvironmentCommand(
  repository: string,
  environment: string,
  branch: string,
): string {
  const at = shellWord(`repos/${repository}/environments/${environment}`)
  const policy =
    '{"deployment_branch_policy":{"protected_branches":false,"custom_branch_policies":true}}'
  return `echo '${policy}' | gh api -X PUT ${at} --input -\ngh api -X POST ${at}/deployment-branch-policies -f name=${shellWord(branch)} -f type=branch`
}

/** Deletes every deployment branch policy of the environment but that of the branch. */
export function removeBranchesCommand(
  repository: string,
  environment: string,
  branch: string,
): string {
  const at = shellWord(`repos/${repository}/environments/${environment}/deployment-branch-policies`)
  const others = `.branch_policies[] | select(.name != "${branch}" or .type == "tag") | .id`
  return `gh api ${at} --jq ${shellWord(others)} | xargs -I ID gh api -X DELETE ${at}/ID`
}

export interface GhSecret {
  readonly repository: string
  readonly environment: string
  /** Name of the secret. */
  readonly name: string
  readonly cluster: string
}

/** Creates a token of the service account, and stores it as the secret. */
export function secretCommand({ repository, environment, name, cluster }: GhSecret): string {
  return `countersign manifests kubeconfig --cluster ${cluster} | gh secret set ${name} --env ${shellWord(environment)} --repo ${repository}`
}

/** Creates the ruleset, or replaces the one with this id. */
export function rulesetCommand(repository: string, id: number | null = null): string {
  const at = `repos/${repository}/rulesets`
  const call = id === null ? `-X POST ${at}` : `-X PUT ${at}/${id}`
  return `countersign manifests ruleset | gh api ${call} --input -`
}

/** The first commit of an empty repository: GitHub's git data API refuses to make one. */
export function firstCommitCommand(repository: string): string {
  const content = Buffer.from(`# ${repository.split('/').at(-1)}\n`).toString('base64')
  return `gh api -X PUT repos/${repository}/contents/README.md -f message="First commit" -f content=${content}`
}

export function deleteBranchCommand(repository: string, branch: string): string {
  const at = shellWord(`repos/${repository}/git/refs/heads/${branch}`)
  return `gh api -X DELETE ${at}`
}
