// The claims of the documentation: commands exist with their flags, files can be parsed, links and codes exist.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { CODES } from '../../../src/domain/problem-codes.ts'
import { parseConfig } from '../../../src/core/config/parse-config.ts'
import { parsePolicy } from '../../../src/core/policy/load-policies.ts'
import { loadInventory } from '../../../src/core/pending/load-inventory.ts'
import { parsePolicyTests } from '../../../src/core/policy/policy-test-file.ts'
import { parseRequest } from '../../../src/core/request/parse-request.ts'
import {
  DOCUMENTS,
  EXAMPLES,
  ROOT,
  blocksOf,
  commandFault,
  commandsIn,
  textOf,
} from '../../build/documents.ts'
import type { Block } from '../../build/documents.ts'
import { authority, pemOf } from '../../build/issued.ts'
import { codesOf, requestFile } from '../../build/request.ts'

const ALL = [...DOCUMENTS, ...EXAMPLES]
/** Placeholders of the documentation, with the values that a reader would insert. */
const CA = Buffer.from(pemOf(authority().certificate)).toString('base64')
const FILLED_IN: readonly (readonly [RegExp, string])[] = [
  [/server: FILL-IN/g, 'server: https://10.0.0.1:6443'],
  [/certificateAuthorityData: (?:FILL-IN|CERTIFICATE)/g, `certificateAuthorityData: ${CA}`],
  [/\{login: FILL-IN, id: FILL-IN\}/g, '{login: owner, id: 1002}'],
]

describe('a command in the documentation', () => {
  const told = ALL.flatMap(path => commandsIn(path).map(command => [path, command] as const))

  test('the documentation has more than 40 commands', () => expect(told.length).toBeGreaterThan(40))

  test.each(told)('the command in %s has known flags: %s (case %#)', (_, command) =>
    expect(commandFault(command)).toBeNull(),
  )
})

test.each(ALL)('%s has no command that only GNU programs understand', path =>
  expect(textOf(path)).not.toMatch(/\bsed -i|\bbase64 -w|\bdate -d|\breadlink -f|\bgrep -P/),
)

test.each(ALL)('%s shows one trust root, and one digest of its request files', path => {
  const shown = (what: RegExp) => [...textOf(path).matchAll(what)].flatMap(([, hex]) => hex ?? [])
  const roots = shown(/(?:trusted-config[ :=]+|trust root +)sha256:([0-9a-f]{64})/g)
  const requests = shown(/trusted-requests\b[\w ]*[ :=]+sha256:([0-9a-f]{64})/g)
  for (const digests of [roots, requests]) expect(new Set(digests).size).toBeLessThan(2)
})

describe('a YAML block in the documentation', () => {
  const blocks = DOCUMENTS.flatMap(blocksOf).filter(({ language }) => language === 'yaml')
  const examples = EXAMPLES.filter(path => /\.ya?ml$/.test(path)).map(path => {
    return { file: path, line: 1, language: 'yaml', text: textOf(path) }
  })

  test.each([...blocks, ...examples].map(block => [`${block.file}:${block.line}`, block] as const))(
    'the YAML at %s is valid (case %#)',
    (_, block) => expect(faultsOf(block)).toEqual([]),
  )
})

/** The codes of all problems of a block; a file of another tool is only parsed as YAML. */
function faultsOf({ text }: Block): readonly string[] {
  const filled = FILLED_IN.reduce((all, [from, to]) => all.replaceAll(from, to), text)
  const errors = parseAllDocuments(filled).flatMap(document => document.errors)
  if (errors.length > 0) return errors.map(({ message }) => message)
  const kind = /^kind: (\w+)$/m.exec(filled)?.[1]
  const isOurs = /^apiVersion: countersign\.dev\/v1$/m.test(filled)
  if (!isOurs) return []
  switch (kind) {
    case 'Config':
      return codesOf(parseConfig(requestFile(filled, { path: 'countersign.yaml' })))
    case 'CertificateRequestPolicy':
      return codesOf(parsePolicy(requestFile(filled, { path: 'policies/people.yaml' })))
    case 'CertificateRequestPolicyTest':
      return codesOf(parsePolicyTests(requestFile(filled, { path: 'policies/people.test.yaml' })))
    case 'NodeInventory':
      return codesOf(loadInventory([requestFile(filled, { path: 'nodes/a.yaml' })]))
    case 'CertificateRequest':
      return codesOf(parseRequest(requestFile(filled), 'requests'))
    default:
      return [`kind ${kind} is none of ours`]
  }
}

describe('a request of another format in docs/reference/request-formats.md', () => {
  const shown = (language: string) =>
    blocksOf('docs/reference/request-formats.md').filter(block => block.language === language)
  const foreign = shown('yaml').filter(({ text }) => /^apiVersion: cert-manager/m.test(text))

  test.each([
    ['deployer.cnf', shown('ini')],
    ['deployer.json', shown('json')],
    ['web.yaml', foreign],
  ])('the request %s is accepted without remarks', (name, blocks) => {
    expect(blocks).toHaveLength(1)
    const file = requestFile(blocks[0]!.text, { path: `requests/${name}` })
    const read = parseRequest(file, 'requests')
    expect(codesOf(read)).toEqual([])
    expect(read.ok && read.value.remarks).toEqual([])
  })
})

describe('a link in the documentation', () => {
  const links = DOCUMENTS.flatMap(path =>
    [...textOf(path).matchAll(/\[([^\]]+)\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, label = '', target = '']) => [path, target, label] as const,
    ),
  )

  test.each(links)('the link in %s to %s has a target (case %#)', (path, target) => {
    const [file = '', anchor] = target.split('#')
    const full = file === '' ? join(ROOT, path) : join(ROOT, dirname(path), file)
    expect(existsSync(full)).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(readFileSync(full, 'utf8'))).toContain(anchor)
  })

  const tests = links.filter(([path, target]) => path.startsWith('docs/') && /test\//.test(target))

  test('docs/security.md names a test for each threat', () => {
    const rows = textOf('docs/security.md')
      .split('\n')
      .filter(line => /^\| (?!threat|---)/.test(line))
    expect(rows.length).toBeGreaterThan(30)
    for (const row of rows) expect(row).toMatch(/\]\(\.\.\/test\/[^)]+\) \|$/)
  })

  test.each(tests)('the link in %s to %s names a test: %s (case %#)', (path, target, label) => {
    const text = readFileSync(join(ROOT, dirname(path), target), 'utf8')
    const title = /^title: (.*)$/m.exec(text)?.[1]
    if (title === undefined) expect(text.replaceAll(/\\'/g, "'")).toContain(label)
    else expect(title).toBe(label)
  })
})

/** As GitHub makes them from headings. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )
}

test('every code that a document names exists', () => {
  const rooms = new Set(Object.keys(CODES).map(code => code.split('_')[0]))
  const named = DOCUMENTS.flatMap(path =>
    [...textOf(path).matchAll(/`([A-Z][A-Z0-9]*)_([A-Z0-9_]+)`/g)].map(
      ([, room = '', rest = '']) => ({ room, code: `${room}_${rest}` }),
    ),
  )
  const codes = named.filter(({ room }) => rooms.has(room)).map(({ code }) => code)
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter(code => !(code in CODES) && code !== 'GITHUB_TOKEN')).toEqual([])
})

test('no document has an exclamation mark after a word', () => {
  for (const path of DOCUMENTS) expect(textOf(path)).not.toMatch(/\w!(?:\s|$)/m)
})
