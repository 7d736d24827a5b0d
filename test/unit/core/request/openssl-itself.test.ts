// The openssl program reads the same configurations: what countersign accepts must have the same names there.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { CertificateRequest } from '../../../../src/domain/request/request.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { formatName } from '../../../../src/lib/x509/x500-name.ts'
import { formatSan } from '../../../../src/lib/x509/general-names.ts'
import { requestFile, valueOf } from '../../../build/request.ts'
import { runs } from '../../../build/extent.ts'

const GOOD = new URL('../../../fixtures/requests/good/', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', '/dev/null']

/** The names of the request that openssl makes, or null where it refuses. */
function theirNames(configuration: string): string | null {
  const path = join(folder, 'request.cnf')
  writeFileSync(path, configuration)
  const args = ['req', '-new', '-batch', '-config', path, '-nodes', ...NEW_KEY]
  try {
    const pem = execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })
    return namesOf(valueOf(parseRequest(requestFile(pem, { path: 'requests/a.csr' }), 'requests')))
  } catch {
    return null
  }
}

function parse(configuration: string) {
  return parseRequest(requestFile(configuration, { path: 'requests/a.cnf' }), 'requests')
}

function namesOf({ spec }: CertificateRequest): string {
  return [formatName(spec.subject), ...spec.sans.map(formatSan)].join(' | ')
}

describe('the openssl program', () => {
  test.each(readdirSync(GOOD).filter(name => /\.c(?:nf|onf)$/.test(name)))(
    'the openssl program finds the same names in %s',
    name => {
      const text = readFileSync(new URL(name, GOOD), 'utf8')
      expect(theirNames(text)).toBe(namesOf(valueOf(parse(text))))
    },
  )

  test('the openssl program finds the same names in every accepted text', () => {
    const piece = fc.constantFrom(
      'a',
      'b ',
      ' ',
      '"c"',
      "'d'",
      '`e f`',
      '\\',
      '\\\\',
      '#',
      '\\#',
      '\\"',
      '=',
      ';',
      ',',
      '.',
      '+',
      '[',
      ']',
      '\t',
      '\\\n',
      ' \\\n ',
      'é',
      '/',
    )
    const value = fc.array(piece, { minLength: 1, maxLength: 6 }).map(pieces => pieces.join(''))
    const key = fc.constantFrom(
      'CN',
      'O',
      '0.O',
      '1.O',
      'OU',
      '1.+OU',
      'L',
      'a.ST',
      'x,OU',
      'commonName',
    )
    const entry = fc.tuple(key, value).map(([name, said]) => `${name} = ${said}`)
    const san = fc.constantFrom(
      'a.b',
      'critical, DNS:a',
      'a,DNS:b',
      'ab , IP:1.2.3.4',
      'a , DNS:b',
      '"a.b"',
      'a.b # c',
      'a.b\\\n,URI:x:y',
    )
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 3 }), san, (entries, names) => {
        const head = '[req]\nutf8 = yes\nprompt = no\ndistinguished_name = dn\nreq_extensions = e\n'
        const sans = names.startsWith('critical') ? names : `DNS:${names}`
        const text = `${head}[e]\nsubjectAltName = ${sans}\n[dn]\n${entries.join('\n')}\n`
        const ours = parse(text)
        if (ours.ok) expect(theirNames(text)).toBe(namesOf(ours.value))
      }),
      { numRuns: runs(150) },
    )
  })
})
