// A controller of one version and a command line of the other one on a real API server, one controller after the other, and what a
// controller keeps in the cluster.
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { expect, test } from '@jest/globals'
import type { ApiObject } from '../build/api-object.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { MAY_READ, configuration } from '../build/github-run.ts'
import { personOf } from '../build/history/people.ts'
import { placeIn, standingIn } from '../build/place.ts'
import type { Place } from '../build/place.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { describeTruest } from '../build/subjects.ts'
import { CLI, Workshop, kubeconfig } from '../build/workshop.ts'
import type { RunOptions } from '../build/workshop.ts'
import { PREVIOUS } from './previous.ts'

const NEW: RunOptions = { entry: CLI }
const VERSIONS = { previous: PREVIOUS, new: NEW }
const TOKEN = 'ghs_controller'
const JANE = 'requests/people/jane.yaml'
const REPOSITORY = ['--repository', 'acme/certs']
const CONFIG = {
  approval: {
    configuration: { required: 1, users: [personOf('owner')] },
    requests: { required: 1 },
  },
  emergency: {
    people: ['owner@example.com', 'reviewer@example.com'],
    maxDuration: '4h',
    requests: ['jane'],
  },
}

/** Reads the log of a controller. */
class Log {
  readonly #lines: AsyncIterator<string>

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error('no stdout')
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** Reads until this message. Throws if the process ends first. */
  async until(message: string): Promise<void> {
    for (;;) {
      const next = await this.#lines.next()
      if (next.done === true) throw new Error(`the log ended without "${message}"`)
      if (JSON.parse(next.value).message.startsWith(message)) return
    }
  }
}

interface Runs {
  readonly acme: Acme
  readonly place: Place
  /** Runs a controller until `act` is done, and ends it. */
  readonly controls: (version: RunOptions, act: (log: Log) => Promise<void>) => Promise<void>
  /** Kinds of the outcomes of pull mode. */
  readonly applies: (version: RunOptions) => Promise<readonly string[]>
  readonly proves: (version: RunOptions, file: string) => Promise<string>
  /** Names of the certificates of countersign here. */
  readonly certificates: () => Promise<readonly string[]>
  /** The ConfigMaps of countersign, by name. */
  readonly maps: () => Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>
}

describeTruest('controllers', subject => {
  const scene = async (act: (runs: Runs) => Promise<void>): Promise<void> => {
    const place = await placeIn(subject())
    const workshop = new Workshop()
    const files = { 'countersign.yaml': configuration(place, CONFIG) }
    try {
      await withAcme(place, { files }, async acme => {
        acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_READ })
        const trusted = ['--trusted-config', await acme.digest()]
        const env = {
          CI: 'true',
          GITHUB_API_URL: acme.url,
          GITHUB_TOKEN: TOKEN,
          // Both versions have one memory of the cluster.
          XDG_STATE_HOME: `${workshop.folder}/state`,
          KUBECONFIG_PROD: kubeconfig(place, subject().backend.admin),
        }
        const run = (args: readonly string[], options: RunOptions) =>
          workshop.run([...args, ...REPOSITORY], { ...options, env })
        await act({
          acme,
          place,
          controls: async (version, during) => {
            const args = ['controller', '--cluster', 'prod', ...trusted, '--listen', '127.0.0.1:0']
            const ran = await run(args, {
              ...version,
              meanwhile: async child => {
                await during(new Log(child)).finally(() => child.kill('SIGTERM'))
              },
            })
            expect(ran).toMatchObject({ code: 0, signal: null })
          },
          applies: async version => {
            const args = ['apply', '--prove', ...trusted, '-o', 'json']
            const { stdout } = await run(args, version)
            return JSON.parse(stdout).outcomes.map(({ kind }: { kind: string }) => kind)
          },
          proves: async (version, file) => {
            const { code, stdout } = await run(['prove', file], version)
            expect([code, stdout]).toEqual([0, expect.stringContaining('approved by reviewer')])
            return stdout.replaceAll(/^.*(?:still allowed|proved {2}).*$/gm, '')
          },
          certificates: async () => {
            const { body } = await place.admin.get(SIGNING_REQUESTS)
            return body.items
              .filter(({ metadata }: ApiObject) =>
                JSON.stringify(metadata.annotations ?? {}).includes(place.namespace),
              )
              .map(({ metadata }: ApiObject) => metadata.name)
          },
          maps: async () => {
            const { body } = await place.admin.get(
              `/api/v1/namespaces/${place.namespace}/configmaps`,
            )
            return new Map(body.items.map(({ metadata, data }: ApiObject) => [metadata.name, data]))
          },
        })
      })
    } finally {
      workshop.end()
    }
  }

  test.each([
    ['previous', 'new'],
    ['new', 'previous'],
  ] as const)(
    'a %s controller and a %s command line issue each request once and prove the same, and a controller of the other version takes over',
    async (one, other) => {
      await scene(async ({ acme, place, certificates, controls, applies, proves, maps }) => {
        acme.merges(1, { [JANE]: 'usual' })
        await controls(VERSIONS[one], async log => {
          await log.until('jane: issued')
          await log.until('pass finished')
          expect(await applies(VERSIONS[other])).toEqual(['kept'])
          acme.merges(2, { 'requests/people/web.yaml': 'usual' })
          await applies(VERSIONS[other])
          await log.until('pass finished')
        })
        expect(await certificates()).toHaveLength(2)
        expect((await standingIn(place)).secrets).toEqual(['jane-tls', 'web-tls'])
        const before = await maps()
        await controls(VERSIONS[other], log => log.until('pass finished'))
        // Records, marks and the kept configuration: nothing was read as another one, or written again in another way.
        expect([...before.keys()]).toEqual(
          expect.arrayContaining([
            expect.stringMatching(/-cluster\.marks$/),
            expect.stringMatching(/-jane$/),
            expect.stringMatching(/-trusted\.files$/),
            expect.stringMatching(/-web$/),
          ]),
        )
        expect(await maps()).toEqual(before)
        expect(await proves(VERSIONS[one], JANE)).toBe(await proves(VERSIONS[other], JANE))
      })
    },
  )
})
