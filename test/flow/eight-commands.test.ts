// From an empty folder to `kubectl auth whoami` as jane, with her own key: bootstrap, two pull requests, pull mode and the login
// program of kubectl. In a private and in a public repository, on the embedded cluster, and on a real control plane of its own. GitHub
// is the double.
import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ApiClient } from '../build/api-client.ts'
import { auditedCluster } from '../build/audited-cluster.ts'
import type { AuditedCluster } from '../build/audited-cluster.ts'
import { MAY_BOOTSTRAP } from '../build/github-run.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { found } from '../github-double/refusal.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import type { AccountState, RepositoryState } from '../github-double/state.ts'
import { World } from '../github-double/world.ts'

const ROOT = new URL('../../', import.meta.url).pathname
const PAGE = 'https://github.com/acme/certs'
const TOKEN = 'ghp_owner'
const kubectl = readyBinaries()?.kubectl
const run = promisify(execFile)

const CASES = GUARDED.flatMap(kind => [[kind, 'private'] as const, [kind, 'public'] as const])

describe.each(CASES)('%s: a newcomer with a %s repository', (kind, visibility) => {
  let plane: AuditedCluster
  let github: GithubServer
  let home: Workshop
  let url: string
  const world = new World()
  const people: Record<'owner' | 'reviewer', AccountState> = {
    owner: world.addUser('owner', { id: 1001 }),
    reviewer: world.addUser('reviewer', { id: 1002 }),
  }
  const typed: string[] = []
  let repository: RepositoryState

  beforeAll(async () => {
    plane = await auditedCluster(kind)
    world.addOrganization('acme')
    const files = { 'README.md': 'Certificates.\n' }
    const { owner, reviewer } = people
    const name = { owner: 'acme', name: 'certs' }
    repository = world.createRepository({ ...name, creator: owner, files, visibility })
    world.addCollaborator(repository, reviewer, 'write')
    github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
    github.tokens.set(TOKEN, { as: { account: owner.id }, permissions: MAY_BOOTSTRAP })
    url = (await github.start()).url
    home = new Workshop()
    home.write('.kube/config', kubeconfig(plane.backend, plane.backend.admin))
    home.write('empty/.keep', '')
    // Stands for GitHub's git server.
    home.write(
      'github.gitconfig',
      `[url "file://${home.folder}/certs.git"]\n  insteadOf = ${PAGE}\n`,
    )
    const cli = process.env['COUNTERSIGN_CLI'] ?? join(ROOT, 'build/cli.js')
    home.write('bin/countersign', `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`)
    chmodSync(join(home.folder, 'bin/countersign'), 0o755)
  })
  afterAll(async () => {
    home?.end()
    await github?.stop()
    await plane?.stop()
    expect([github.unknownRoutes, github.problems]).toEqual([[], []])
  })

  const environment = (): Record<string, string> => ({
    PATH: `${join(home.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home.folder,
    GITHUB_API_URL: url,
    GITHUB_TOKEN: TOKEN,
    GIT_CONFIG_NOSYSTEM: '1',
  })

  /** Runs a typed line, and returns what it prints. A line that fails fails the test. */
  async function types(line: string, folder = 'empty'): Promise<string> {
    typed.push(line)
    const [program = '', ...args] = line.split(' ')
    const command = program === 'kubectl' ? found(kubectl, 'kubectl') : program
    const server =
      program === 'git' ? { GIT_CONFIG_GLOBAL: join(home.folder, 'github.gitconfig') } : {}
    const options = { cwd: join(home.folder, folder), env: { ...environment(), ...server } }
    const { stdout, stderr } = await run(command, args, options).catch(
      (error: { readonly stdout: string; readonly stderr: string }) => {
        throw new Error(`${line}\n${error.stdout}${error.stderr}`)
      },
    )
    return `${stdout}${stderr}`
  }

  /** A colleague approves in the browser; the newcomer types the merge. */
  function merges(number: number): void {
    typed.push(`gh pr merge ${number} --squash`)
    const pull = found(
      repository.pullRequests.find(each => each.number === number),
      `pull request ${number}`,
    )
    world.tick(60)
    world.review(pull, people.reviewer, 'APPROVED')
    world.tick(60)
    world.merge(pull, people.owner, 'squash')
    world.exportTo(repository, join(home.folder, 'certs.git'))
  }

  /** The user that the API server reports for the kubeconfig. */
  async function whoAmI(): Promise<string> {
    const line = 'kubectl auth whoami --context jane@prod'
    if (kubectl !== undefined) return types(`${line} -o jsonpath={.status.userInfo.username}`)
    // Without kubectl the same is done in two steps: the login program, and the review.
    typed.push(line)
    const { user } = parse(home.read('.kube/config')).users.find(
      ({ name }: { readonly name: string }) => name === 'jane@prod',
    )
    const { stdout } = await run(join(home.folder, 'bin/countersign'), user.exec.args, {
      env: environment(),
    })
    const { clientCertificateData: certificatePem, clientKeyData: keyPem } =
      JSON.parse(stdout).status
    const client = new ApiClient(plane.backend, { certificatePem, keyPem })
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const { body } = await client.post(path, review)
    client.close()
    return body.status?.userInfo.username ?? ''
  }

  test('eight typed commands lead from an empty folder to kubectl as jane with her own key', async () => {
    const made = await types(
      'countersign bootstrap --cluster prod --repository acme/certs --owners owner,reviewer --pull --yes',
    )
    const apply = /countersign apply --prove .*/.exec(made)?.[0] ?? ''
    expect(made).toContain('countersign new jane --own-key --open')
    merges(1)
    await types(`git clone --quiet ${PAGE} certs`)
    const opened = await types(
      'countersign new jane --own-key --group developers --open',
      'empty/certs',
    )
    expect(opened).toContain('/acme/certs/pull/2')
    merges(2)
    expect(await types(apply, 'empty/certs')).toContain('1 of 1 · 1 done')
    await types('countersign kubeconfig jane --merge', 'empty/certs')
    expect(await whoAmI()).toBe('jane')
    expect(typed).toHaveLength(8)
    const said = found(repository.pullRequests.at(-1), 'pull request 2').comments
    expect(said.filter(({ body }) => body.includes('BEGIN CERTIFICATE'))).toHaveLength(1)
  })
})
