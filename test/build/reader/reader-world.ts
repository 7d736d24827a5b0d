// The world of a person who follows a document: a folder with countersign, gh and kubectl on the path, a cluster, and GitHub.
import { chmodSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { Credential, Endpoint } from '../api-client.ts'
import { CLI, Workshop } from '../workshop.ts'
import { answerGh } from './gh-program.ts'
import type { GhCall } from './gh-program.ts'
import { PageShell } from './page-shell.ts'
import { ReaderGitea } from './reader-gitea.ts'
import { ReaderGithub } from './reader-github.ts'
import { kubeconfigOf } from './reader-kubeconfig.ts'
import { preparationOf } from './reader-places.ts'
import type { Place } from './reader-places.ts'

export interface ReaderCluster extends Endpoint {
  readonly admin: Credential
  readonly stop: () => Promise<void>
}

export class ReaderWorld {
  readonly environment: Readonly<Record<string, string>>
  readonly #hasKubectl: boolean
  readonly #home: Workshop
  readonly #github: ReaderGithub
  readonly #gitea: ReaderGitea
  readonly #cluster: ReaderCluster
  readonly #ends: (() => Promise<void>)[]
  readonly #shells: PageShell[] = []
  #lab: ReaderCluster | null = null

  private constructor(
    home: Workshop,
    github: ReaderGithub,
    gitea: ReaderGitea,
    cluster: ReaderCluster,
    environment: Readonly<Record<string, string>>,
    ends: (() => Promise<void>)[],
    hasKubectl: boolean,
  ) {
    this.#home = home
    this.#github = github
    this.#gitea = gitea
    this.#cluster = cluster
    this.environment = environment
    this.#ends = ends
    this.#hasKubectl = hasKubectl
  }

  /** `kubectl` is the path of the program; null if this machine has none. */
  static async open(kubectl: string | null, cluster?: ReaderCluster): Promise<ReaderWorld> {
    const prod = cluster ?? (await embedded())
    const github = new ReaderGithub()
    await github.start()
    const home = new Workshop()
    const gitea = await ReaderGitea.find()
    const gh = await serveGh(github)
    const environment = {
      PATH: `${join(home.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: home.folder,
      GITHUB_API_URL: github.url,
      READER_GH: gh.url,
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_TERMINAL_PROMPT: '0',
      NODE_NO_WARNINGS: '1',
    }
    prepare(home, prod, { kubectl, gitea: gitea.program() })
    const ends = [
      gh.stop,
      async () => {
        const unanswered = await github.stop()
        if (unanswered.length > 0) throw new Error(unanswered.join('\n'))
      },
      prod.stop,
      async () => home.end(),
    ]
    return new ReaderWorld(home, github, gitea, prod, environment, ends, kubectl !== null)
  }

  get home(): string {
    return this.#home.folder
  }

  /** A terminal in the folder where the page begins. */
  async terminal(place: Place): Promise<PageShell> {
    const shell = new PageShell(join(this.home, 'work'), this.environment)
    this.#shells.push(shell)
    await shell.type('git() { GIT_CONFIG_GLOBAL=~/github.gitconfig command git "$@"; }')
    const { commands, hasLab } = preparationOf(place)
    this.publish()
    if (hasLab) await this.#addLab()
    for (const command of commands) {
      const { printed, exitCode } = await shell.type(command)
      if (exitCode !== 0) throw new Error(`${command}\n${printed}`)
      this.publish()
    }
    return shell
  }

  /** Whether the page can use a program that not every machine has. */
  has(program: 'kubectl' | 'gitea'): boolean {
    return program === 'kubectl' ? this.#hasKubectl : this.#gitea.program() !== null
  }

  /** Something that happens at GitHub or Gitea without a command of the page. */
  async does(deed: string): Promise<void> {
    if (!(await this.#gitea.does(deed))) this.#github.does(deed)
    this.publish()
  }

  /** A command as it is typed in this run. */
  asTyped(command: string): string {
    return this.#gitea.asTyped(command)
  }

  /** Makes what happened at GitHub visible for git. */
  publish(): void {
    this.#github.exportTo(join(this.home, 'certs.git'))
  }

  /** What a command printed, with the addresses that the documents use. */
  asShown(printed: string): string {
    return this.#gitea
      .asShown(printed)
      .replaceAll(this.#github.url, 'https://github.com')
      .replaceAll(this.#cluster.server, 'https://prod.example.com:6443')
      .replaceAll(this.#lab?.server ?? 'https://lab', 'https://lab.example.com:6443')
      .replaceAll(join(this.home, 'work'), '~')
      .replaceAll(this.home, '~')
  }

  async #addLab(): Promise<void> {
    const lab = await embedded()
    this.#lab = lab
    this.#ends.push(lab.stop)
    this.#home.write('.kube/config', kubeconfigOf({ prod: this.#cluster, lab }))
  }

  async end(): Promise<void> {
    for (const shell of this.#shells) shell.end()
    // Everything ends, also if GitHub was asked something that it could not answer.
    const ended = await Promise.allSettled(this.#ends.map(end => end()))
    for (const each of ended) if (each.status === 'rejected') throw each.reason
  }
}

function prepare(
  home: Workshop,
  cluster: ReaderCluster,
  { kubectl, gitea }: { readonly kubectl: string | null; readonly gitea: string | null },
): void {
  const program = (name: string, text: string): void => {
    home.write(`bin/${name}`, text)
    chmodSync(join(home.folder, 'bin', name), 0o755)
  }
  const node = `exec '${process.execPath}'`
  program('countersign', `#!/bin/sh\n${node} '${CLI}' "$@"\n`)
  program('gh', `#!/bin/sh\n${node} '${join(import.meta.dirname, 'gh.mjs')}' "$@"\n`)
  if (gitea !== null) program('gitea', gitea)
  if (kubectl !== null) symlinkSync(kubectl, join(home.folder, 'bin/kubectl'))
  home.write('.kube/config', kubeconfigOf({ prod: cluster }))
  home.write('work/.keep', '')
  home.remove('work/.keep')
  home.write(
    '.gitconfig',
    '[user]\n\tname = octo\n\temail = octo@example.com\n[init]\n\tdefaultBranch = main\n',
  )
  // For typed commands only: countersign reads the address of the origin, as it is at GitHub.
  home.write(
    'github.gitconfig',
    `[include]\n\tpath = ~/.gitconfig\n[url "file://${home.folder}/certs.git"]\n\tinsteadOf = https://github.com/acme/certs\n`,
  )
}

async function embedded(): Promise<ReaderCluster> {
  const cluster = await startSandboxCluster({ authorities: 'two' })
  return {
    server: cluster.server,
    caPem: cluster.caPem,
    admin: cluster.clientFor('admin', ['system:masters']),
    stop: () => cluster.close(),
  }
}

async function serveGh(github: ReaderGithub): Promise<{ url: string; stop: () => Promise<void> }> {
  const server = createServer((request, response) => {
    void json(request)
      .then(call => answerGh(github, call as GhCall))
      .catch((error: Error) => ({ stdout: '', stderr: `${error.message}\n`, code: 1 }))
      .then(answer => response.end(JSON.stringify(answer)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: () => new Promise(resolve => server.close(() => resolve())),
  }
}
