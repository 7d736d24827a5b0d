import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { importCommand, shellWord } from '../../../../src/lib/source/shell-word.ts'
import { readSource, ROOT } from '../../layout/source-files.ts'

const HOSTILE = ['x;touch PWNED;#', '$(id)', '`id`', "it's", "'", '', '-n', 'a b', 'a\nb', '~', '*']

test.each(HOSTILE)('a shell reads %j as one word', text => {
  const command = `printf '%s|' ${shellWord(text)} end`
  expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })).toBe(`${text}|end|`)
})

test.each(['cs-jane-1f3c9a02-1', 'countersign:acme:abc:view', 'apps/jane', 'a=b'])(
  'the plain name %s is not quoted',
  text => expect(shellWord(text)).toBe(text),
)

test('no other file quotes for a shell', () => {
  const quoting = readSource().filter(({ path }) =>
    readFileSync(join(ROOT, 'src', path), 'utf8').includes("'\\\\''"),
  )
  expect(quoting.map(({ path }) => path)).toEqual(['lib/source/shell-word.ts'])
})

test('the command that imports a file takes a hostile path as one word', () => {
  const path = "requests/x;touch PWNED;#'s.yaml"
  const command = importCommand(path).replace('countersign', "printf '%s|'")
  const words = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
  expect(words).toBe(`import|${path}|--to|requests/x;touch PWNED;#'s-own.yaml|`)
})

/** A command of a hint, up to the end of its line. */
const COMMAND = /(?:^|[\s`(:'"])((?:countersign [a-z]|kubectl|gh|git|openssl|helm) [^\n]*)/g
/**
 * What hints hold without quotes: names and numbers that a pattern of countersign or Kubernetes limits to letters, digits, dots,
 * colons, slashes and dashes; words of countersign; and texts that are quoted where they are made.
 */
const PLAIN = new Set(
  `namespace name request grant cluster known.name cluster.name request.name manifest.name reference.name installation.cluster.name
  area owner who login whose repository recordNamespace cluster.recordNamespace this.#namespace map policy part kind verb decision command
  pullRequest pullRequest.number pull.number id which flag at call content within where names POD_SECURITY USUAL_ENVIRONMENT manifest.signerName
  credentialSecretName(cluster) kindOf(namespace).toLowerCase() kind.toLowerCase() codeOwnersLines(owners) fenced(command)`.split(
    /\s+/,
  ),
)

test('each value in a command that a hint prints is quoted for a shell, or cannot hold what a shell reads', () => {
  const open = readSource()
    .filter(({ path }) => !path.startsWith('sandbox/'))
    .flatMap(({ path }) => {
      const text = readFileSync(join(ROOT, 'src', path), 'utf8')
      return [...text.matchAll(/`(?:[^`\\]|\\.)*`/g)]
        .flatMap(([literal]) => [...literal.matchAll(COMMAND)])
        .flatMap(([, command = '']) => [...command.matchAll(/\$\{([^{}]*)\}/g)])
        .filter(
          ([, value = '']) =>
            !PLAIN.has(value) &&
            !/^(?:visible\()?shellWord\(|^repository\.split|^guardNames/.test(value),
        )
        .map(([, value = '']) => `${path}: ${value}`)
    })
  expect(open).toEqual([])
})
