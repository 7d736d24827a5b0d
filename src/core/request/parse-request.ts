// Reader of request files of every format: the request, or every problem in the file.
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, isNonEmpty, ok, refuse } from '../../domain/problem.ts'
import type {
  CertificateRequest,
  RequestFile,
  RequestFormat,
} from '../../domain/request/request.ts'
import { placeOf } from '../../domain/request/request.ts'
import { beyondAscii, quoted } from '../../lib/source/hidden-characters.ts'
import type { SourceText } from '../../lib/source/text-position.ts'
import { wholeFile } from '../../lib/source/text-position.ts'
import { readText } from '../../lib/source/utf8-text.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { REQUEST_FOR_CERTIFICATE } from '../../lib/x509/pem.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { BASE64_OF_PEM } from '../../lib/source/pem-base64.ts'
import type { YamlTree } from '../../lib/source/located-values.ts'
import { readYaml } from '../../lib/source/read-yaml.ts'
import { readCertificateManifest } from './cert-manager/cert-manager-certificate.ts'
import { readCfsslJson } from './cfssl/cfssl-json.ts'
import { readCsrManifest } from './pkcs10/csr-manifest.ts'
import { CSR_TABLE, fileKind, importHint, isDer, manifestFormat } from './detect-format.ts'
import type { ManifestFormat } from './detect-format.ts'
import { fileFaults, nameFromPath, REQUEST_NAME } from './request-file-name.ts'
import { readOpensslConfig } from './openssl/openssl-config.ts'
import { readOwnRequest } from './own/own-yaml.ts'
import { readPemRequest } from './pkcs10/csr-file.ts'
import {
  holdsPrivateKey,
  privateKeyInBytes,
  privateKeyProblem,
} from '../../lib/x509/private-key-in-file.ts'
import type { Reading } from './format-reading.ts'
import { shellWord } from '../../lib/source/shell-word.ts'

/** Git hosts still show files of this size in a review. */
const MAX_BYTES = 65_536

interface FormattedReading extends Reading {
  readonly format: RequestFormat
}

/**
 * Reads one file below `requestsFolder`. If the file contains a private key, only that is reported, and the key is not shown.
 * Absent members are null; core/config/merge-defaults.ts fills them.
 */
export function parseRequest(
  file: RequestFile,
  requestsFolder: string,
): Checked<CertificateRequest> {
  const key = privateKeyInBytes(file.path, file.bytes)
  if (key !== null) return refuse(key)
  if (isDer(file)) return refuse(derProblem(file.path))
  const faults = fileFaults(file, requestsFolder)
  return isNonEmpty(faults) ? { ok: false, problems: faults } : readWithoutKey(file, null)
}

/** The same for a file with any path and name. `name`: of the request, null for that of the file; standard input has its common name. */
export function readRequest(file: RequestFile, name: string | null): Checked<CertificateRequest> {
  const key = privateKeyInBytes(file.path, file.bytes)
  if (key !== null) return refuse(key)
  const read = readWithoutKey(file, name)
  if (!read.ok || read.value.name !== 'stdin') return read
  const [own = ''] = attributeValues(read.value.spec.subject, ATTRIBUTE_OIDS.CN)
  return REQUEST_NAME.pattern.test(own) ? ok({ ...read.value, name: own }) : read
}

function readWithoutKey(file: RequestFile, name: string | null): Checked<CertificateRequest> {
  if (/\.(?:p12|pfx|jks)$/.test(file.path)) return refuse(keystoreProblem(file.path))
  const source = readText(file.path, file.bytes, RULES)
  if (!source.ok) return source
  if (BASE64_OF_PEM.test(source.value.text))
    return refuse({ ...BASE64, at: { ...wholeFile(source.value), excerpt: null } })
  if (source.value.text.startsWith('version https://git-lfs.github.com/'))
    return refuse({ ...LFS_POINTER, at: wholeFile(source.value) })
  const reading = readFormat(source.value)
  return reading.ok
    ? finished(file, { ...reading.value, name: name ?? reading.value.name })
    : reading
}

function derProblem(path: string): Problem {
  const pem = path.replace(/\.[a-z]+$/, '.csr.pem')
  return {
    code: 'REQUEST_ENCODING',
    at: { file: path, line: 1, column: 1, length: 1, excerpt: null },
    message: 'the file is DER, and a request must be text that reviewers can read',
    hint: `openssl req -inform DER -in ${shellWord(path)} -out ${shellWord(pem)} && rm ${shellWord(path)}; countersign inspect and import read DER`,
  }
}

function keystoreProblem(path: string): Problem {
  return {
    code: 'REQUEST_FORMAT_UNKNOWN',
    at: { file: path, line: 1, column: 1, length: 1, excerpt: null },
    message: 'the file is a keystore: it holds a private key, and no request',
    hint: `keytool -certreq -keystore ${shellWord(path)} -alias ALIAS -file NAME.csr`,
  }
}

const BASE64 = {
  code: 'REQUEST_ENCODING',
  message: 'the file is base64 of a PEM file, as in spec.request of a CertificateSigningRequest',
  hint: 'decode it first: base64 -d < FILE > NAME.csr, or in a pipe: base64 -d | countersign validate -; countersign inspect reads base64',
} as const

const LFS_POINTER = {
  code: 'REQUEST_FORMAT_UNKNOWN',
  message: 'the file is a pointer of Git LFS, and its content is in no commit',
  hint: 'take its pattern out of .gitattributes, then: git add --renormalize .',
} as const

const RULES = {
  maxBytes: MAX_BYTES,
  tooLarge: 'REQUEST_TOO_LARGE',
  encoding: 'REQUEST_ENCODING',
} as const

function readFormat(source: SourceText): Checked<FormattedReading> {
  const kind = fileKind(source.file)
  if (kind === null || CSR_TABLE.test(source.text)) return refuse(unknownFormat(source))
  if (kind === 'manifest') return readManifest(source)
  return kind === 'openssl'
    ? as('openssl', readOpensslConfig(source))
    : as('pkcs10', readPemRequest(source))
}

function readManifest(source: SourceText): Checked<FormattedReading> {
  const isOurs = /\bcountersign\.dev\//.test(source.text)
  const tree = readYaml(source, isOurs ? undefined : importHint(source.file))
  if (!tree.ok) return tree
  if (holdsPrivateKey(tree.value.root.value)) return refuse(privateKeyProblem(wholeFile(source)))
  const { format, problem } = manifestFormat(tree.value)
  if (problem !== null) return refuse(problem)
  return as(format, MANIFESTS[format](tree.value))
}

const MANIFESTS: Readonly<Record<ManifestFormat, (tree: YamlTree) => Checked<Reading>>> = {
  countersign: readOwnRequest,
  'csr-manifest': readCsrManifest,
  'cert-manager': readCertificateManifest,
  cfssl: readCfsslJson,
}

function as(format: RequestFormat, reading: Checked<Reading>): Checked<FormattedReading> {
  return reading.ok ? ok({ ...reading.value, format }) : reading
}

/** Checks what every format needs: a usable name, and a subject or alternative name. */
function finished(file: RequestFile, reading: FormattedReading): Checked<CertificateRequest> {
  const { spec, places, format } = reading
  const name = reading.name ?? nameFromPath(file.path)
  const problems: Problem[] = []
  if (!REQUEST_NAME.pattern.test(name)) {
    const message = `the file gives the request the name ${quoted(name)}${beyondAscii(name)}, which ${REQUEST_NAME.says}`
    const hint = format === 'countersign' ? 'set metadata.name' : 'rename the file'
    problems.push({ code: 'REQUEST_NAME', at: placeOf(places, ''), message, hint })
  }
  if (spec.subject.length === 0 && spec.sans.length === 0) {
    const at = placeOf(places, 'request')
    const message = 'the request has no identity: neither a subject nor an alternative name'
    problems.push({ code: 'REQUEST_IDENTITY_MISSING', at, message, hint: null })
  }
  const { path, blob, uncommitted } = file
  const { remarks = [] } = reading
  return checked(problems, () => ({
    name,
    path,
    blob,
    format,
    uncommitted,
    spec,
    places,
    remarks,
  }))
}

function unknownFormat(source: SourceText): Problem {
  const [message, hint] = whyUnknown(source.text)
  return { code: 'REQUEST_FORMAT_UNKNOWN', at: wholeFile(source), message, hint }
}

function whyUnknown(text: string): readonly [message: string, hint: string] {
  const table = CSR_TABLE.exec(text)
  if (table !== null)
    return [
      'this is the table of kubectl get csr, which holds no PKCS#10',
      `use the object: kubectl get csr ${shellWord(table[1] || 'NAME')} -o yaml`,
    ]
  if (/^-----BEGIN CERTIFICATE-----/m.test(text))
    return ['this is a certificate, and no request', REQUEST_FOR_CERTIFICATE]
  return [
    'files with this name are not read as requests',
    'requests end in .yaml, .yml, .json, .cnf, .conf, .csr or .pem; notes in .md',
  ]
}
