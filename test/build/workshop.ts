// A working folder, and the command line run in it with its own environment: nothing of the machine's kubeconfigs, home folder or CI
// variables is passed on.
import { execFileSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import type { Credential, Endpoint } from './api-client.ts'
import { runEntry } from './reuse/run.ts'
import type { Ran } from './reuse/run.ts'
import type { Rule, Subject } from './subjects.ts'

const ROOT = new URL('../../', import.meta.url).pathname
export const CLI = process.env['COUNTERSIGN_CLI'] ?? join(ROOT, 'build/cli.js')

export interface RunOptions {
  readonly stdin?: string
  /** Folder below that of the workshop to run in. */
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** This stream is closed, as after `| head -1`. */
  readonly unread?: 'stdout' | 'stderr'
  /** Runs next to the process. */
  readonly meanwhile?: (child: ChildProcess) => Promise<void>
  /** The kill point for test/build/kill-at.mjs. */
  readonly killAt?: string
  /** Another command line than the bundled one of this commit. */
  readonly entry?: string
}

export class Workshop {
  readonly folder: string

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'countersign-workshop-'))
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true })
    writeFileSync(join(this.folder, path), content)
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  edit(path: string, from: string, to: string): void {
    const before = this.read(path)
    if (!before.includes(from)) throw new Error(`${path} does not hold ${from}`)
    this.write(path, before.replace(from, to))
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true, force: true })
  }

  /** Turns the folder into a git repository with one commit. */
  commit(): void {
    const git = (...args: string[]): void => {
      execFileSync(
        'git',
        ['-c', 'user.name=author', '-c', 'user.email=author@example.com', ...args],
        {
          cwd: this.folder,
          env: this.#environment({}),
          stdio: 'ignore',
        },
      )
    }
    git('init', '--quiet', '--initial-branch', 'main')
    git('add', '.')
    git('commit', '--quiet', '--allow-empty', '--message', 'files')
  }

  /** The default kubeconfig of a run. */
  useKubeconfig(endpoint: Endpoint, credential: Credential): void {
    this.write('kubeconfig', kubeconfig(endpoint, credential))
  }

  /** Runs `countersign ...args` to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { stdin = '', folder = '', unread, killAt, meanwhile } = options
    const moment = killAt === undefined ? {} : { KILL_AT: killAt }
    return runEntry({
      entry: options.entry ?? CLI,
      args,
      cwd: join(this.folder, folder),
      env: this.#environment({ ...options.env, ...moment }),
      stdin,
      node: killAt === undefined ? [] : ['--import', join(ROOT, 'test/build/kill-at.mjs')],
      ...(meanwhile === undefined ? {} : { meanwhile }),
      ...(unread === undefined ? {} : { meanwhile: async child => void child[unread]?.destroy() }),
    })
  }

  end(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #environment(extra: Readonly<Record<string, string>>): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      KUBECONFIG: join(this.folder, 'kubeconfig'),
      GIT_CONFIG_NOSYSTEM: '1',
      NODE_NO_WARNINGS: '1',
      NODE_DISABLE_COMPILE_CACHE: '1',
      ...extra,
    }
  }
}

export function kubeconfig({ server, caPem }: Endpoint, credential: Credential): string {
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64')
  const { certificatePem, keyPem, token } = credential
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': base64(caPem) } }],
    users: [
      {
        name: 'user',
        user:
          certificatePem === undefined || keyPem === undefined
            ? { token }
            : {
                'client-certificate-data': base64(certificatePem),
                'client-key-data': base64(keyPem),
              },
      },
    ],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'user' } }],
    'current-context': 'test',
  })
}

/** The rules in printed RBAC manifests, each with its namespace. */
export function rulesOf(manifests: string): readonly Rule[] {
  const objects = parseAllDocuments(manifests).map(document => document.toJS())
  return objects
    .filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role')
    .flatMap(({ kind, metadata, rules }) =>
      rules.map((rule: Rule) =>
        kind === 'Role' ? { ...rule, namespaces: [metadata.namespace] } : rule,
      ),
    )
}

/** Gives the user of the workshop exactly the rights that `manifests rbac` prints. */
export async function givePrintedRights(
  subject: Subject,
  workshop: Workshop,
  user: string,
  more: readonly string[] = [],
): Promise<void> {
  workshop.useKubeconfig(subject.backend, subject.backend.admin)
  const printed = await workshop.run(['manifests', 'rbac', '--user', user, ...more])
  if (printed.code !== 0) throw new Error(printed.stdout + printed.stderr)
  workshop.useKubeconfig(
    subject.backend,
    await subject.backend.user(user, [], rulesOf(printed.stdout)),
  )
}
