import { describe, expect, test } from '@jest/globals'
import type { MarkedComment } from '../../../../src/domain/proof/marked-comment.ts'
import type { KnownComments, RecentComments } from '../../../../src/ports/comments.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { ISSUED_MARKER } from '../../../../src/output/comment/outcome-comment.ts'
import type { KnownCertificate } from '../../../../src/workflows/setup/current-credential.ts'
import {
  artifactCertificates,
  lookForCertificate,
  recentCertificates,
} from '../../../../src/workflows/setup/look-for-certificate.ts'
import type { Looking } from '../../../../src/workflows/setup/look-for-certificate.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../../build/issued.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const KEYS = keyPair()
const CA = authority('cluster')
const NEXT_CA = authority('next')
const issued = (seconds: number, from = CA): string =>
  pemOf(from.issue({ spki: KEYS.spki, notBefore: secondsAfter(NOW, seconds) }))
const OLD = issued(-7200)
const NEW = issued(-60)
const base64 = (text: string): string => Buffer.from(text).toString('base64')

function comment(pem: string, name = 'jane', cluster = 'prod'): string {
  return `${ISSUED_MARKER}\n<details><summary><code>${name}</code> on <code>${cluster}</code>: the certificate</summary>\n\n\`\`\`\n${pem.trimEnd()}\n\`\`\`\n</details>`
}

/** GitHub with these comments; null: nothing changed. The default branch trusts `ca`. */
class Stage {
  readonly asked: KnownComments[] = []
  reads = 0
  readonly #comments: readonly MarkedComment[] | null
  readonly #signers: string

  constructor(bodies: readonly string[] | null, ca: typeof CA | null = CA, isByProgram = true) {
    this.#comments = bodies?.map(body => ({ body, isByProgram })) ?? null
    const signer =
      ca === null ? '{}' : `{certificateAuthorityData: ${base64(pemOf(ca.certificate))}}`
    this.#signers = `{kubernetes.io/kube-apiserver-client: ${signer}}`
  }

  readonly clock = { now: () => NOW, sleep: async () => undefined }
  readonly #github = {
    recentMarked: async (
      marker: string,
      known: KnownComments,
      isEnough: (comment: MarkedComment) => boolean,
    ): Promise<RecentComments | null> => {
      this.asked.push(known)
      if (this.#comments === null) return null
      const own = this.#comments.filter(({ body }) => body.startsWith(marker))
      const end = own.findIndex(isEnough)
      return { comments: end < 0 ? own : own.slice(0, end + 1), etag: 'new tag' }
    },
  }
  readonly source = (known: KnownCertificate) =>
    recentCertificates(
      this.#github,
      { name: 'jane', spki: KEYS.spki, repository: 'acme/certs' },
      known,
    )
  readonly configuration = async () => {
    this.reads++
    const file = requestFile(
      `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: acme}
clusters: {prod: {server: "https://10.0.0.1:6443", signers: ${this.#signers}}}
`,
      { path: 'countersign.yaml' },
    )
    const files: RepositoryFiles = {
      description: 'tip',
      read: async path => (path === file.path ? file : null),
      list: async () => [],
    }
    return { repository: 'acme/certs', files }
  }
}

const LOOKING: Looking = {
  config: 'countersign.yaml',
  name: 'jane',
  cluster: 'prod',
  spki: KEYS.spki,
}
const KNOWN: KnownCertificate = {
  cluster: 'prod',
  certificate: OLD,
  signerCa: pemOf(CA.certificate),
  renewBefore: { kind: 'seconds', seconds: 60 },
  etag: 'tag',
  notBefore: secondsAfter(NOW, -7200),
}
const UNKNOWN: KnownCertificate = {
  cluster: null,
  certificate: null,
  signerCa: null,
  renewBefore: null,
  etag: null,
  notBefore: null,
}

const looks = (stage: Stage, known: KnownCertificate = KNOWN) =>
  lookForCertificate(stage, LOOKING, known)

describe('a look at GitHub', () => {
  test('unchanged comments are one call and no certificate', async () => {
    const stage = new Stage(null)
    expect(valueOf(await looks(stage))).toEqual({ found: null, etag: 'tag', warnings: [] })
    expect(stage.asked).toEqual([{ since: KNOWN.notBefore, etag: 'tag' }])
    expect(stage.reads).toBe(0)
  })

  test('a newer certificate of the known CA is found without a look at the configuration', async () => {
    const stage = new Stage([comment(issued(-30), 'mark'), comment(NEW), comment(OLD)])
    const look = valueOf(await looks(stage))
    expect(look).toMatchObject({
      found: { cluster: 'prod', certificate: NEW, renewBefore: KNOWN.renewBefore },
      etag: 'new tag',
    })
    expect(stage.reads).toBe(0)
  })

  test('the known certificate, those of others and those of other clusters are nothing new', async () => {
    const other = pemOf(CA.issue({ spki: keyPair().spki, notBefore: secondsAfter(NOW, -1) }))
    const stage = new Stage([comment(NEW, 'jane', 'staging'), comment(other), comment(OLD)])
    expect(valueOf(await looks(stage))).toMatchObject({ found: null, etag: 'new tag' })
    expect(stage.reads).toBe(0)
  })

  test('a forged certificate in a later comment of a person does not hide the real one', async () => {
    const forged = comment(issued(-30, NEXT_CA))
    const stage = new Stage([forged, comment(NEW)], CA, false)
    expect(valueOf(await looks(stage)).found).toMatchObject({ certificate: NEW })
  })

  test('a certificate of a new CA is found with the CA of the default branch', async () => {
    const pem = issued(-60, NEXT_CA)
    const stage = new Stage([comment(pem)], NEXT_CA)
    const signerCa = pemOf(NEXT_CA.certificate)
    expect(valueOf(await looks(stage))).toMatchObject({ found: { certificate: pem, signerCa } })
    expect(stage.reads).toBe(1)
  })

  test('a certificate of a CA that the default branch does not name is refused', async () => {
    const answer = await looks(new Stage([comment(issued(-60, NEXT_CA))]))
    expect(answer).toMatchObject({ ok: false, problems: [{ code: 'CERTIFICATE_CHAIN' }] })
  })

  test('the first look reads cluster and CA from the default branch', async () => {
    const stage = new Stage([comment(NEW)])
    expect(valueOf(await looks(stage, UNKNOWN)).found).toMatchObject({
      cluster: 'prod',
      certificate: NEW,
      signerCa: KNOWN.signerCa,
    })
    expect([stage.asked, stage.reads]).toEqual([[{ since: null, etag: null }], 1])
  })

  test('the first look that finds nothing names the repository', async () => {
    const answer = await looks(new Stage([]), UNKNOWN)
    expect(answer).toMatchObject({
      problems: [
        {
          code: 'SINK_NO_CERTIFICATE',
          message: 'there is no request jane on the default branch of acme/certs',
        },
      ],
    })
  })
})

describe('a look at artifacts', () => {
  /** Artifacts of the name, newest first; the files that were read are counted. */
  class Artifacts {
    readonly asked: unknown[] = []
    read = 0
    readonly #pems: readonly string[]

    constructor(pems: readonly string[]) {
      this.#pems = pems
    }

    async recentCertificates(
      place: object,
      known: object,
      isEnough: (pem: string) => boolean,
    ): Promise<{ readonly pems: readonly string[]; readonly etag: string }> {
      this.asked.push({ ...place, ...known })
      const end = this.#pems.findIndex(isEnough)
      const pems = end < 0 ? this.#pems : this.#pems.slice(0, end + 1)
      this.read += pems.length
      return { pems, etag: 'new tag' }
    }
  }
  const QUESTION = { name: 'jane', spki: KEYS.spki, repository: 'acme/certs', now: NOW }
  const looksIn = (artifacts: Artifacts, known = KNOWN, configured: Stage = new Stage([])) => {
    const { configuration, clock } = configured
    const source = (asked: KnownCertificate) =>
      artifactCertificates(artifacts, 'jane', QUESTION, asked)
    return lookForCertificate({ source, configuration, clock }, LOOKING, known)
  }

  test('reading ends at the first newer certificate that the known CA signed', async () => {
    const forged = issued(-30, NEXT_CA)
    const other = pemOf(CA.issue({ spki: keyPair().spki, notBefore: secondsAfter(NOW, -1) }))
    const artifacts = new Artifacts([forged, other, NEW, OLD])
    expect(valueOf(await looksIn(artifacts))).toMatchObject({
      found: { certificate: NEW },
      etag: 'new tag',
    })
    expect(artifacts.read).toBe(3)
    expect(artifacts.asked).toEqual([
      { artifact: 'jane', file: 'jane.crt', since: KNOWN.notBefore, etag: 'tag' },
    ])
  })

  test('a certificate of a CA that nobody configured does not count', async () => {
    const forged = issued(-30, NEXT_CA)
    expect(await looksIn(new Artifacts([forged]))).toMatchObject({ ok: false })
    expect(await looksIn(new Artifacts([forged]), UNKNOWN)).toMatchObject({ ok: false })
    const found = valueOf(await looksIn(new Artifacts([forged, NEW]), UNKNOWN)).found
    expect(found).toMatchObject({ certificate: NEW })
  })

  test('without the CA of the signer in the configuration no certificate counts', async () => {
    const artifacts = new Artifacts([NEW])
    const withoutCa = new Stage([], null)
    const answer = await looksIn(artifacts, { ...KNOWN, signerCa: null }, withoutCa)
    expect(answer).toMatchObject({
      problems: [
        {
          code: 'SINK_NO_CERTIFICATE',
          message: expect.stringContaining('does not name the CA of the signer'),
          hint: expect.stringContaining('certificateAuthorityData'),
        },
      ],
    })
  })
})
