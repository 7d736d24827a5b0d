// Builders of requests, files and configurations with usual defaults: a test names only what matters.
import { parseConfig } from '../../src/core/config/parse-config.ts'
import type { Config } from '../../src/domain/request/config.ts'
import type { Checked } from '../../src/domain/problem.ts'
import type {
  CertificateRequest,
  RequestFile,
  RequestSpec,
} from '../../src/domain/request/request.ts'
import { attribute } from '../../src/lib/x509/x500-name.ts'

export const BLOB = '0123456789abcdef0123456789abcdef01234567'

/** A regular file of these bytes or this text. */
export function requestFile(
  content: string | Uint8Array,
  more: Partial<RequestFile> = {},
): RequestFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    path: 'requests/jane.yaml',
    bytes,
    mode: '100644',
    blob: BLOB,
    uncommitted: null,
    ...more,
  }
}

/** Our own format: the lines below `spec:`, each indented by two spaces here. */
export function ownYaml(...spec: readonly string[]): string {
  const lines = spec.map(line => `  ${line}\n`).join('')
  return `apiVersion: countersign.dev/v1\nkind: CertificateRequest\nspec:\n${lines}`
}

/** A configuration from the lines after its metadata. */
export function configYaml(...lines: readonly string[]): string {
  const head = 'apiVersion: countersign.dev/v1\nkind: Config\nmetadata: {name: acme}\n'
  return `${head}${lines.map(line => `${line}\n`).join('')}`
}

export function config(...lines: readonly string[]): Config {
  const file = requestFile(configYaml(...lines), { path: 'countersign.yaml' })
  return valueOf(parseConfig(file))
}

/** The name O=developers, CN=jane. */
export const JANE = [[attribute('2.5.4.10', 'developers')], [attribute('2.5.4.3', 'jane')]] as const

/** jane's request before defaults: names only. */
export function certificateRequest(
  spec: Partial<RequestSpec> = {},
  more: Partial<Omit<CertificateRequest, 'spec'>> = {},
): CertificateRequest {
  return {
    name: 'jane',
    path: 'requests/people/jane.yaml',
    blob: BLOB,
    format: 'countersign',
    uncommitted: null,
    places: new Map(),
    remarks: [],
    spec: {
      clusters: null,
      signerName: null,
      subject: JANE,
      sans: [],
      usages: null,
      duration: null,
      renewBefore: null,
      until: null,
      privateKey: null,
      request: null,
      issuer: null,
      reissue: null,
      access: null,
      withdraw: null,
      sinks: null,
      ...spec,
    },
    ...more,
  }
}

/** The value, or a test failure that lists the problems. */
export function valueOf<T>(result: Checked<T>): T {
  if (result.ok) return result.value
  throw new Error(result.problems.map(({ code, message }) => `${code}: ${message}`).join('\n'))
}

/** `CODE line:column` of each problem; empty if there are none. */
export function codesOf(result: Checked<unknown>): readonly string[] {
  if (result.ok) return []
  return result.problems.map(({ code, at }) =>
    at === null ? code : `${code} ${at.line}:${at.column}`,
  )
}
