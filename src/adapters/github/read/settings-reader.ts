// The port GithubSettings over GitHub's REST API: environments, secrets by name, rules in force, CODEOWNERS as GitHub reads it.
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import type {
  BranchProtection,
  CodeOwnersFault,
  DeploymentBranches,
} from '../../../domain/proof/repository-settings.ts'
import type { Clock } from '../../../ports/clock-port.ts'
import type { GithubSettings } from '../../../ports/github-settings.ts'
import type { GithubAccess } from '../connection/github-api-access.ts'
import { ID, understood } from '../connection/answer-shapes.ts'
import type { ConnectionLimits } from '../connection/github-connection.ts'
import { openRepositoryApi } from '../connection/repository-api.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { readBranchProtection } from './ruleset-protection.ts'

const ENVIRONMENT = z.object({
  deployment_branch_policy: z
    .object({ protected_branches: z.boolean(), custom_branch_policies: z.boolean() })
    .nullish(),
})
const BRANCH_POLICIES = z.object({
  branch_policies: z.array(z.object({ name: z.string(), type: z.string().nullish() })),
})
const CODE_OWNERS = z.object({
  errors: z.array(
    z.object({
      path: z.string().default('CODEOWNERS'),
      line: z.number().int(),
      message: z.string(),
    }),
  ),
})
const ACCOUNT = z.object({
  id: ID,
  login: z.string(),
  type: z.enum(['User', 'Bot', 'Organization', 'Mannequin', 'EnterpriseUserAccount']).catch('User'),
})
const HIDDEN = [401, 403, 404]

export class RestSettings implements GithubSettings {
  readonly #api: RepositoryApi

  /** `random`: from 0 to 1. Throws RUN_USAGE for an invalid name, GITHUB_INSECURE for a URL that must not get the token. */
  constructor(
    access: GithubAccess & { readonly repository: string },
    clock: Clock,
    random: () => number,
    limits: Partial<ConnectionLimits> = {},
  ) {
    this.#api = openRepositoryApi(access, clock, random, limits)
  }

  async deploymentBranches(environment: string): Promise<DeploymentBranches | 'hidden' | null> {
    const doing = 'read the environment'
    const parameters = { environment }
    const needs = 'actions: read'
    const answer = await this.#api.get({
      route: '/environments/{environment}',
      parameters,
      doing,
      needs,
      alsoTakes: HIDDEN,
    })
    if (answer.status === 404) return null
    if (answer.status !== 200) return 'hidden'
    const policy = understood(ENVIRONMENT, answer.data, doing).deployment_branch_policy ?? null
    if (policy === null) return { kind: 'any' }
    if (!policy.custom_branch_policies) return { kind: 'protected' }
    const route = '/environments/{environment}/deployment-branch-policies'
    const pages = await this.#api.pages(
      { route, parameters, doing, needs, alsoTakes: HIDDEN },
      BRANCH_POLICIES,
    )
    if (pages === null) return 'hidden'
    const found = pages.flatMap(page => page.branch_policies)
    return {
      kind: 'patterns',
      patterns: found.map(({ name, type }) => (type === 'tag' ? `tag ${name}` : name)),
    }
  }

  async hasSecret(name: string, environment: string | null): Promise<boolean | null> {
    const place = environment === null ? '/actions' : '/environments/{environment}'
    const { status } = await this.#api.get({
      route: `${place}/secrets/{name}`,
      parameters: { name, ...(environment === null ? {} : { environment }) },
      doing: 'check whether a secret exists',
      needs: environment === null ? 'secrets: read' : 'environments: read',
      alsoTakes: HIDDEN,
    })
    if (status === 200) return true
    return status === 404 ? false : null
  }

  branchProtection(branch: string): Promise<BranchProtection | null> {
    return readBranchProtection(this.#api, branch)
  }

  async codeOwnersFaults(): Promise<readonly CodeOwnersFault[] | null> {
    const doing = 'read what GitHub reports about CODEOWNERS'
    const { status, data } = await this.#api.get({
      route: '/codeowners/errors',
      parameters: {},
      doing,
      needs: 'contents: read',
      alsoTakes: HIDDEN,
    })
    return status === 200 ? understood(CODE_OWNERS, data, doing).errors : null
  }

  async viewer(): Promise<Account | null> {
    return this.#account('/user', {})
  }

  async account(
    who: { readonly login: string } | { readonly id: number },
  ): Promise<Account | null> {
    return 'login' in who
      ? this.#account('/users/{login}', { login: who.login })
      : this.#account('/user/{id}', { id: who.id })
  }

  async #account(
    route: string,
    parameters: Readonly<Record<string, string | number>>,
  ): Promise<Account | null> {
    const doing = 'look up an account'
    const { status, data } = await this.#api.connection.rest({
      route,
      parameters,
      doing,
      needs: 'metadata: read',
      alsoTakes: [403, 404],
    })
    return status === 200 ? understood(ACCOUNT, data, doing) : null
  }
}
