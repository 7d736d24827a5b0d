import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { shellWord } from '../../../../src/lib/source/shell-word.ts'
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
