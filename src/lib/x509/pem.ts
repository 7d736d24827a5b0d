// PEM (RFC 7468): a strict reader for files of a repository; a reader for status.certificate, where text around and between blocks
// is legal; and the writer.
import { checked, isNonEmpty, ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'

export interface PemBlock {
  readonly label: string
  readonly der: Uint8Array
  /** RFC 1421 headers (`Proc-Type: …`) precede the base64. They are not read. */
  readonly hasHeaders: boolean
}

const BASE64 = /^[A-Za-z0-9+/=]+$/
/** Anything but PEM's white space; a byte order mark or a no-break space is text. */
const TEXT = /[^ \t\r\n]/
const BEGIN = /-----BEGIN ([^\r\n]*?)-----/g

function problem(message: string, hint: string | null = null): Problem {
  return unplaced('X509_PEM', message, hint)
}

/**
 * Returns the DER of the one block, which has this label. Refuses with X509_PEM: other or further blocks, headers, text around the
 * block, and base64 that is not canonical. The API server reads the first block and keeps everything else in etcd, where an author
 * could hide text that no reviewer saw.
 */
export function decodePem(text: string, label: string): Checked<Uint8Array> {
  const labels = [...text.matchAll(BEGIN)].map(found => found[1] ?? '')
  if (labels.length === 0) return refuse(problem(`there is no ${label} block`, noBlockHint(text)))
  const others = new Set(labels.filter(found => found !== label).map(shownLabel))
  const wrong = [...others].map(found => unexpectedLabel(found, label))
  if (isNonEmpty(wrong)) return { ok: false, problems: wrong }
  if (labels.length > 1) {
    const whole = decodePemBlocks(text)
    if (!whole.ok) return whole
    return refuse(
      problem(`a second ${label} block follows the first`, 'keep one block in the file'),
    )
  }
  return decodeOnly(text, label)
}

function noBlockHint(text: string): string {
  if (/-----BEGIN/.test(text)) return 'the BEGIN line is not complete'
  return /^[A-Za-z0-9+/=\s]+$/.test(text)
    ? 'this looks like base64 without its BEGIN and END lines'
    : 'the file should begin with -----BEGIN and the label'
}

/**
 * Returns a label that a message may repeat: at most 64 capital letters, digits and spaces. For any other label returns `strange`.
 */
export function shownLabel(label: string): string {
  return /^[A-Z0-9 ]{1,64}$/.test(label) ? label : 'strange'
}

export const REQUEST_FOR_CERTIFICATE =
  'for a request with its names: openssl x509 -x509toreq -copy_extensions copyall -in CERTIFICATE -signkey KEY'

function unexpectedLabel(found: string, wanted: string): Problem {
  const message = `found a ${found} block where only ${wanted} is allowed`
  if (found.includes('PRIVATE KEY')) {
    return problem(message, 'remove the private key and replace it: treat it as published')
  }
  if (found === 'CERTIFICATE' && wanted === 'CERTIFICATE REQUEST')
    return problem(message, REQUEST_FOR_CERTIFICATE)
  return found === `NEW ${wanted}`
    ? problem(message, `the API server does not read it: write ${wanted} in both lines`)
    : problem(message)
}

function decodeOnly(text: string, label: string): Checked<Uint8Array> {
  const begin = `-----BEGIN ${label}-----`
  const end = `-----END ${label}-----`
  const start = text.indexOf(begin)
  const stop = text.indexOf(end, start)
  if (stop < 0) return refuse(problem(`the block has no line ${end}`))
  const around = [...textBefore(text.slice(0, start)), ...textAfter(text.slice(stop + end.length))]
  const body = readBody(text.slice(start + begin.length, stop))
  if (!body.ok) return refuse(body.problems[0], ...body.problems.slice(1), ...around)
  return isNonEmpty(around) ? { ok: false, problems: around } : body
}

function textBefore(before: string): readonly Problem[] {
  if (TEXT.test(before)) {
    return [problem('there is text before the block', 'begin with the BEGIN line')]
  }
  const indented = before !== '' && !before.endsWith('\n')
  return indented ? [problem('the BEGIN line is indented', 'let it begin in the first column')] : []
}

function textAfter(after: string): readonly Problem[] {
  if (!TEXT.test(after)) return []
  return [problem('text follows the block', 'the file must end after the END line')]
}

/** Reads the lines between BEGIN and END; the newlines at both ends belong to `body`. */
function readBody(body: string): Checked<Uint8Array> {
  const lines = body.split(/\r?\n/)
  if (TEXT.test(lines.shift() ?? '')) return refuse(problem('text follows BEGIN on its line'))
  if (lines.pop() !== '') return refuse(problem('the END line does not begin in the first column'))
  if (lines.some(line => line.includes(':'))) {
    return refuse(problem('the block has headers', 'remove the lines above the base64'))
  }
  const odd = lines.findIndex(line => !BASE64.test(line))
  if (odd >= 0) return refuse(problem(`line ${odd + 1} of the block is not base64`))
  return decodeBase64(lines.join(''))
}

/** RFC 4648 §3.5: with padding and with zero pad bits, so that every byte sequence has one spelling. */
function decodeBase64(text: string): Checked<Uint8Array> {
  if (text === '') return refuse(problem('the block is empty'))
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') === text) return ok(new Uint8Array(bytes))
  return refuse(problem('the base64 of the block is not canonical (padding, or left-over bits)'))
}

/** Returns a block with lines of 64 characters (RFC 7468 §2) and a newline at its end. */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.map(line => `${line}\n`).join('')}-----END ${label}-----\n`
}

interface OpenBlock {
  readonly label: string
  readonly lines: string[]
}

/**
 * Returns every block of a text, empty if there is none; any text around and between blocks is allowed. Refuses with X509_PEM: a
 * BEGIN line that starts no readable block (Go skips such a block, other readers do not), a block without an end, and base64 that
 * is not canonical.
 */
export function decodePemBlocks(text: string): Checked<readonly PemBlock[]> {
  const blocks: Checked<PemBlock>[] = []
  let open: OpenBlock | null = null
  for (const line of text.split(/\r?\n/)) {
    const label = BEGIN_LINE.exec(line)?.[1]
    if (open === null && label !== undefined) open = { label, lines: [] }
    else if (line.includes('-----BEGIN ')) return refuse(problem(UNREADABLE_BEGIN))
    else if (open !== null && line.trimEnd() === `-----END ${open.label}-----`) {
      blocks.push(lenientBlock(open, blocks.length + 1))
      open = null
    } else open?.lines.push(line.trim())
  }
  const last = `block ${blocks.length + 1} (${shownLabel(open?.label ?? '')})`
  if (open !== null) return refuse(problem(`${last} does not end`))
  const problems = blocks.flatMap(block => (block.ok ? [] : block.problems))
  return checked(problems, () => blocks.flatMap(block => (block.ok ? [block.value] : [])))
}

const BEGIN_LINE = /^-----BEGIN ([^\r\n]*)-----[ \t]*$/
const UNREADABLE_BEGIN = 'a BEGIN line is indented, incomplete, or inside another block'

function lenientBlock({ label, lines }: OpenBlock, number: number): Checked<PemBlock> {
  const base64 = lines.filter(line => !line.includes(':')).join('')
  const hasHeaders = lines.some(line => line.includes(':'))
  const der = BASE64.test(base64) ? decodeBase64(base64) : null
  if (der?.ok === true) return ok({ label, der: der.value, hasHeaders })
  return refuse(problem(`block ${number} (${shownLabel(label)}) is not base64`))
}

/**
 * Returns whether a text holds a private key of any kind: the BEGIN line of a block, even if the block cannot be decoded or is one
 * among others, an age identity, a JWK, or base64 of a block or of a key in DER.
 */
export function containsPrivateKey(text: string): boolean {
  return privateKeyOffset(text) !== null
}

const BEGIN_KEY = /-{4,5} ?BEGIN [^\r\n-]{0,80}PRIVATE KEY/
/** An identity of age. */
const AGE_KEY = /AGE-SECRET-KEY-(?:PQ-)?1[a-z0-9]{20}/i
// Each repetition has a limit: V8 keeps each letter of one on a stack, which has an end.
/** The private member of a JWK (RFC 7517), in JSON or YAML. */
const JWK_KEY = /(?<!\w)["']?[dk]["']?\s{0,1000}:\s{0,1000}["']?[\w-]{20}/
/** Letters of base64, with the line break before them. A long line is several matches. */
const BASE64_LETTERS = /(\r?\n[ \t]{0,1000})?([A-Za-z0-9+/]{1,10000})/g
const LEAST_LETTERS = 44
/** A Secret may hold a kubeconfig, which holds the key. */
const MOST_LAYERS = 2

/** Offset of a private key: a block of PEM, an age identity, a JWK, or base64 of such a text or of a key in DER. Null if none. */
export function privateKeyOffset(text: string, layers = MOST_LAYERS): number | null {
  const isJwk = /(?<!\w)kty(?!\w)/.test(text)
  const found = BEGIN_KEY.exec(text) ?? AGE_KEY.exec(text) ?? (isJwk ? JWK_KEY.exec(text) : null)
  if (found !== null) return found.index
  if (layers === 0) return null
  for (const { lines, index } of base64Runs(text)) {
    const long = lines.filter(line => line.length >= LEAST_LETTERS)
    const readings = new Set([lines.join(''), ...long])
    if ([...readings].some(reading => isKeyInBase64(reading, layers))) return index
  }
  return null
}

interface Base64Run {
  readonly index: number
  readonly lines: string[]
}

/** Long lines of base64, each with the lines below it that may belong to the same wrapped text. Takes linear time. */
function base64Runs(text: string): readonly Base64Run[] {
  const runs: Base64Run[] = []
  let end = -1
  for (const { 0: found, 1: lineBreak, 2: letters = '', index } of text.matchAll(BASE64_LETTERS)) {
    const isNext = index === end
    if (isNext) runs.at(-1)?.lines.push(letters)
    else if (letters.length >= LEAST_LETTERS)
      runs.push({ index: index + (lineBreak?.length ?? 0), lines: [letters] })
    if (isNext || letters.length >= LEAST_LETTERS) end = index + found.length
  }
  return runs
}

function isKeyInBase64(text: string, layers: number): boolean {
  const bytes = Buffer.from(text, 'base64')
  return isKeyInDer(bytes) || privateKeyOffset(searchableText(bytes), layers - 1) !== null
}

/** SEQUENCE { INTEGER 0 or 1, then the members of PKCS#8, SEC1 or PKCS#1 } (RFC 5208 §5, RFC 5915 §3, RFC 8017 A.1.2). */
function isKeyInDer(bytes: Uint8Array): boolean {
  const length = bytes[1] ?? 0
  const start = length < 0x80 ? 2 : 2 + (length & 0x7f)
  const [tag, size, version = 2, next, , inner] = bytes.subarray(start, start + 6)
  const isVersioned = bytes[0] === 0x30 && tag === 0x02 && size === 1 && version <= 1
  // The algorithm of PKCS#8 begins with its OID; a name in the same place begins with a SET.
  return isVersioned && (next === 0x30 ? inner === 0x06 : next === 0x04 || next === 0x02)
}

/** Bytes as text for `containsPrivateKey`, so that no encoding hides a key: without NUL, UTF-16 of either order reads as its letters. */
export function searchableText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1').replaceAll('\0', '')
}
