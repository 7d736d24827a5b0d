// The settings of a repository in the form of GitHub's API, in front of the double, which answers everything else. Answers are
// validated against the published description where it has them.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { validateExchange } from './github-schema.ts'
import { closed, listening } from './relay.ts'

export interface Settings {
  /** Null: the environment does not exist. */
  environment: { readonly branches: readonly string[] | 'any' | 'protected' } | null
  readonly repositorySecrets: Set<string>
  readonly environmentSecrets: Set<string>
  rules: readonly object[]
  bypass: readonly object[]
  codeOwnersErrors: readonly object[]
  /** Status of every call about a secret; null: the real answer. */
  secretStatus: number | null
  /** Present login, by id. */
  readonly accounts: Map<number, string>
}

export interface SettingsServer {
  readonly url: string
  readonly settings: Settings
  close(): Promise<void>
}

export const RULES: readonly object[] = [
  { type: 'deletion' },
  { type: 'non_fast_forward' },
  { type: 'merge_queue' },
  {
    type: 'pull_request',
    parameters: {
      allowed_merge_methods: ['merge'],
      dismiss_stale_reviews_on_push: true,
      require_code_owner_review: true,
      require_last_push_approval: false,
      required_approving_review_count: 1,
      required_review_thread_resolution: false,
    },
  },
]

/** Starts with complete settings. */
export async function startSettings(double: string): Promise<SettingsServer> {
  const settings: Settings = {
    environment: { branches: ['main'] },
    repositorySecrets: new Set(),
    environmentSecrets: new Set(['KUBECONFIG_PROD']),
    rules: RULES,
    bypass: [],
    codeOwnersErrors: [],
    secretStatus: null,
    accounts: new Map(),
  }
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    void answer(request, response, settings, double)
  })
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const url = await listening(server, 'http')
  return { url, settings, close: () => closed(server, sockets) }
}

interface Told {
  readonly status: number
  readonly body: unknown
  /** Undefined if the subset of the description lacks the operation. */
  readonly operation?: string
}

const NOT_FOUND: Told = {
  status: 404,
  body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest', status: '404' },
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  settings: Settings,
  double: string,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', double)
  const told = tell(pathname, settings)
  if (told === null) return pass(request, response, double)
  const { operation, status, body } = told
  if (operation !== undefined)
    validateExchange({ operation, status, requestBody: null, responseBody: body } as never)
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function tell(path: string, settings: Settings): Told | null {
  const below = path.replace(/^\/repos\/[^/]+\/[^/]+/, '')
  const person = /^\/user\/(\d+)$/.exec(path)?.[1]
  if (person !== undefined) {
    const login = settings.accounts.get(Number(person))
    return login === undefined
      ? NOT_FOUND
      : { status: 200, body: { id: Number(person), login, type: 'User' } }
  }
  if (below === '/environments/countersign') return environment(settings)
  if (below === '/environments/countersign/deployment-branch-policies') {
    const branches = settings.environment?.branches ?? []
    const found = Array.isArray(branches) ? branches : []
    const policies = found.map((name, id) => ({ id, node_id: `p${id}`, name, type: 'branch' }))
    return { status: 200, body: { total_count: found.length, branch_policies: policies } }
  }
  const secret = /^\/(actions|environments\/countersign)\/secrets\/(\w+)$/.exec(below)
  if (secret !== null) return secretOf(secret[2] ?? '', secret[1] === 'actions', settings)
  if (below === '/codeowners/errors')
    return { status: 200, body: { errors: settings.codeOwnersErrors } }
  if (below === '/rules/branches/main') return rulesOf(settings)
  if (below === '/rulesets/7') return ruleset(settings)
  return null
}

function environment({ environment: found }: Settings): Told {
  if (found === null) return NOT_FOUND
  const custom = Array.isArray(found.branches)
  return {
    operation: 'GET /repos/{owner}/{repo}/environments/{environment_name}',
    status: 200,
    body: {
      id: 1,
      node_id: 'e1',
      name: 'countersign',
      url: 'https://api.github.com/e',
      html_url: 'https://github.com/e',
      created_at: '2026-01-05T09:00:00Z',
      updated_at: '2026-01-05T09:00:00Z',
      protection_rules: [],
      deployment_branch_policy:
        found.branches === 'any'
          ? null
          : { protected_branches: !custom, custom_branch_policies: custom },
    },
  }
}

function secretOf(name: string, isLoose: boolean, settings: Settings): Told {
  if (settings.secretStatus !== null) return { ...NOT_FOUND, status: settings.secretStatus }
  const names = isLoose ? settings.repositorySecrets : settings.environmentSecrets
  if (!names.has(name)) return NOT_FOUND
  const at = '2026-01-05T09:00:00Z'
  return {
    operation: isLoose
      ? 'GET /repos/{owner}/{repo}/actions/secrets/{secret_name}'
      : 'GET /repos/{owner}/{repo}/environments/{environment_name}/secrets/{secret_name}',
    status: 200,
    body: { name, created_at: at, updated_at: at },
  }
}

function rulesOf({ rules }: Settings): Told {
  const source = { ruleset_id: 7, ruleset_source: 'acme/certs', ruleset_source_type: 'Repository' }
  return {
    operation: 'GET /repos/{owner}/{repo}/rules/branches/{branch}',
    status: 200,
    body: rules.map(rule => ({ ...rule, ...source })),
  }
}

function ruleset({ rules, bypass }: Settings): Told {
  return {
    operation: 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
    status: 200,
    body: {
      id: 7,
      name: 'countersign',
      source: 'acme/certs',
      source_type: 'Repository',
      enforcement: 'active',
      bypass_actors: bypass,
      rules,
    },
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  double: string,
): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    ...headers
  } = request.headers
  const answered = await fetch(`${double}${request.url}`, {
    method: request.method ?? 'GET',
    headers: headers as Record<string, string>,
    ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
  })
  const text = await answered.text()
  const kept = ['content-type', 'link', 'etag'].flatMap(name => {
    const value = answered.headers.get(name)
    return value === null ? [] : [[name, value] as const]
  })
  response.writeHead(answered.status, Object.fromEntries(kept)).end(text)
}
