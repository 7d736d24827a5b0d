// kubectl of a person with an own key, in a loop while the certificate is renewed three times. Skipped where no kubectl was built.
import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { MAY_NOTIFY, configuration } from '../build/github-run.ts'
import { newKey, opensslRequest } from '../build/openssl-request.ts'
import { placeIn } from '../build/place.ts'
import { describeTruest } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import { readyBinaries } from '../control-plane/binaries.mjs'

const ROOT = new URL('../../', import.meta.url).pathname
const JANE = 'requests/people/jane.yaml'
const AUTHOR = 1001
const TOKEN = 'ghp_of-the-author'
const RENEWALS = 3
/** More than the longest wait between two looks of a certificate of one hour. */
const STEP_MS = 7 * 60_000
const kubectl = readyBinaries()?.kubectl
// npm test runs without binaries of Kubernetes; .ci/run builds them, so nothing is skipped there.
const testKubectl = kubectl === undefined ? test.skip : test
const run = promisify(execFile)

describeTruest('kubectl with an own key', subject => {
  testKubectl('no kubectl command fails while the certificate is renewed three times', async () => {
    const place = await placeIn(subject())
    const home = new Workshop()
    const service = new ArtifactService()
    await service.start()
    const key = newKey()
    const { pem } = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: key })
    const files = {
      'countersign.yaml': hourly(configuration(place)),
      'policies/people.yaml': { sinks: [{ artifact: {} }] },
    }
    home.write('.countersign/jane.key', key)
    chmodSync(join(home.folder, '.countersign'), 0o700)
    install(home)
    try {
      await withAcme(place, { visibility: 'private', files }, async acme => {
        const permissions = { contents: 'read', pull_requests: 'read' } as const
        acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
        acme.merges(1, { [JANE]: { request: pem, sinks: [{ artifact: {} }] } })
        const applies = async (step: number): Promise<void> => {
          acme.stage.world.state.now = new Date(Date.now() + step * STEP_MS)
          const env = {
            ...service.jobEnvironment(step + 1),
            GITHUB_SERVER_URL: 'https://github.com',
            KUBECONFIG_PROD: place.kubeconfig,
            AHEAD_MS: String(step * STEP_MS),
          }
          const words = { env, permissions: MAY_NOTIFY, preload: ['test/build/clock-ahead.mjs'] }
          expect((await acme.apply(words, step === 0 ? 'push' : 'schedule')).code).toBe(0)
        }
        await applies(0)
        const words = ['kubeconfig', 'jane', '--merge', '--repository', 'acme/certs']
        const merged = await home.run(words, { env: atGithub(acme) })
        expect([merged.code, merged.stderr]).toEqual([0, expect.stringContaining('merged into')])

        const loop = new Loop(home, acme)
        const serials: string[] = []
        for (let step = 1; step <= RENEWALS; step++) {
          await applies(step)
          home.write('ahead', String(step * STEP_MS))
          await loop.turns(3)
          serials.push(await serial(home, acme))
        }
        await loop.end()
        expect(new Set(serials).size).toBe(RENEWALS)
        expect(loop.answers.length).toBeGreaterThanOrEqual(3 * RENEWALS)
        expect(new Set(loop.answers)).toEqual(new Set(['jane']))
      })
    } finally {
      home.end()
      await service.close()
    }
  })
})

/** The configuration with certificates of one hour that are renewed after a minute. */
function hourly(usual: ReturnType<typeof configuration>): ReturnType<typeof configuration> {
  const text = JSON.stringify(usual).replace('"168h"', '"1h"').replace('"72h"', '"59m"')
  return JSON.parse(text)
}

/** `countersign` on the PATH; its clock is ahead by what the file says. */
function install(home: Workshop): void {
  home.write('ahead', '0')
  const clock = join(ROOT, 'test/build/clock-ahead.mjs')
  const cli = process.env['COUNTERSIGN_CLI'] ?? join(ROOT, 'build/cli.js')
  const command = `exec '${process.execPath}' --import '${clock}' '${cli}' "$@"`
  home.write('bin/countersign', `#!/bin/sh\nAHEAD_MS=$(cat "$HOME/ahead") ${command}\n`)
  chmodSync(join(home.folder, 'bin/countersign'), 0o755)
}

function atGithub(acme: Acme): Record<string, string> {
  return { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN }
}

function environment(home: Workshop, acme: Acme): Record<string, string> {
  return {
    ...atGithub(acme),
    HOME: home.folder,
    KUBECONFIG: join(home.folder, 'kubeconfig'),
    PATH: `${join(home.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
  }
}

/** Serial number of the certificate that kubectl logs in with. */
async function serial(home: Workshop, acme: Acme): Promise<string> {
  const info = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', spec: { interactive: false } }
  const words = ['credential', 'jane', '--cluster', 'prod', '--repository', 'acme/certs']
  const env = { ...environment(home, acme), KUBERNETES_EXEC_INFO: JSON.stringify(info) }
  const { stdout } = await run(join(home.folder, 'bin/countersign'), words, { env })
  return JSON.parse(stdout).status.clientCertificateData
} // prettier-ignore

/** `kubectl auth whoami` again and again. */
class Loop {
  /** The user that each call reports, or its error. */
  readonly answers: string[] = []
  readonly #home: Workshop
  readonly #acme: Acme
  readonly #running: Promise<void>
  #waiting: { readonly turn: number; readonly done: () => void } | null = null
  #ended = false

  constructor(home: Workshop, acme: Acme) {
    this.#home = home
    this.#acme = acme
    this.#running = this.#run()
  }

  /** Until that many more calls have begun and ended. */
  turns(count: number): Promise<void> {
    const turn = this.answers.length + count + 1
    return new Promise(done => (this.#waiting = { turn, done }))
  }

  async end(): Promise<void> {
    this.#ended = true
    await this.#running
  }

  async #run(): Promise<void> {
    const env = environment(this.#home, this.#acme)
    const args = ['auth', 'whoami', '--context', 'jane@prod', '-o', 'jsonpath={.status.userInfo.username}']
    while (!this.#ended) {
      const answer = await run(kubectl ?? '', args, { env }).then(
        ({ stdout }) => stdout,
        (error: unknown) => String(error),
      )
      this.answers.push(answer)
      if (this.#waiting !== null && this.answers.length >= this.#waiting.turn) this.#waiting.done()
    }
  } // prettier-ignore
}
