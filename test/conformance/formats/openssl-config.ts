// Arbitrary OpenSSL configurations with every part of the grammar: openssl req accepts most of them, some have a common mistake.
import * as fc from 'fast-check'
import { otherExtension, sanExtension } from './openssl-extension-config.ts'
import { attributeType, likely, mostly, prefix, value } from './openssl-texts.ts'

const typed = fc.tuple(prefix, attributeType, value).map(([before, type, said]) => {
  const isEmail = type === 'emailAddress' && /^\w+$/.test(said)
  const isCountry = type === 'C' || type === 'countryName'
  return {
    key: `${before}${type}`,
    value: isCountry ? 'DE' : isEmail ? `${said}@example.com` : said,
  }
})

const gap = likely([6, ' = '], [2, '='], [1, '\t=  '])

const values = fc
  .tuple(
    fc.boolean(),
    fc.array(
      fc.tuple(typed, gap).map(([{ key, value: said }, equals]) => `${key}${equals}${said}`),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([isFirst, lines]) => (isFirst ? ['CN = first', ...lines] : lines))

const question = fc
  .tuple(
    typed,
    likely([8, '_default'], [3, '_value'], [2, '']),
    mostly(['', '', '_min = 1', '_max = 64'], ['_max = 3', '_min = 20', '_max = x']),
  )
  .map(([{ key, value: said }, ending, bound]) => [
    `${key} = Your ${key.replaceAll(/[^A-Za-z]/g, '')} (for example été)`,
    ...(ending === '' ? [] : [`${key}${ending} = ${said}`]),
    ...(bound === '' ? [] : [`${key}${bound}`]),
  ])
const questions = fc.array(question, { minLength: 1, maxLength: 4 }).map(all => all.flat())

const MASKS = ['utf8only', 'nombstr', 'pkix', 'default'].map(mask => `string_mask = ${mask}`)
const HARMLESS = [
  'default_bits = 2048',
  'default_keyfile = k.pem',
  'encrypt_key = no',
  'default_days = 30',
  'x509_extensions = self',
  'attributes = at',
]

const settings = fc.record({
  prompt: likely([5, 'prompt = no'], [1, 'prompt = yes'], [1, '']),
  utf8: likely([8, 'utf8 = yes'], [1, 'utf8 = no'], [1, '']),
  mask: mostly(['', '', '', ...MASKS], ['string_mask = other', 'string_mask = MASK:0x2002'], 40),
  md: mostly(
    ['', '', 'default_md = sha256', 'default_md = SHA384'],
    ['default_md = sha1', 'default_md = nope'],
    30,
  ),
  more: fc.subarray(HARMLESS, { maxLength: 3 }),
  oids: mostly(['oid_section = oids'], ['', 'oid_section = none'], 15),
})

const attributes = fc.constantFrom<readonly string[]>(
  [],
  [],
  ['challengePassword = A challenge password', 'challengePassword_min = 4'],
  ['unstructuredName = a name'],
  ['challengePassword_default = secret1'],
)

/** Lines that are allowed in any section. */
const decoration = mostly(
  [
    '# a comment',
    '   # indented # twice',
    '[unused]',
    '[req]',
    '[dn] trailing',
    'dn::O = beside',
    'x = $v$w',
    '',
  ],
  [
    '; odd',
    ';a = b',
    'no equals sign',
    '.include x.cnf',
    '.pragma = dollarid:on',
    'key\\x = 1',
    '[open',
    '# joined \\',
    'q = "half',
    '=x',
    '[a b]',
    'y = z \\',
  ],
  3,
)

interface Parts {
  readonly prompt: string
  readonly values: readonly string[]
  readonly questions: readonly string[]
}

/** The lines of [dn]; sometimes a name appears twice. */
function names(
  { prompt, values: said, questions: asked }: Parts,
  isTwice: boolean,
): readonly string[] {
  const lines = prompt === 'prompt = no' ? said : asked
  return isTwice ? [...lines, 'CN = again', ...lines.slice(0, 1)] : lines
}

/** The text of one configuration. */
export const opensslConfiguration: fc.Arbitrary<string> = fc
  .record({
    settings,
    values,
    questions,
    san: fc.option(sanExtension, { freq: 3 }),
    others: fc.array(otherExtension, { maxLength: 3 }),
    attributes,
    decorations: fc.array(fc.tuple(decoration, fc.nat({ max: 40 })), { maxLength: 1 }),
    isBare: likely([30, false], [1, true]),
    isTwice: likely([12, false], [1, true]),
  })
  .map(parts => {
    const { prompt, utf8, mask, md, more, oids } = parts.settings
    const extensions = [...(parts.san?.lines ?? []), ...parts.others]
    const lines = `${oids}
v = one
w = "two words"
[vars]
a = three$v
${parts.isBare ? '[default]' : '[req]'}
${[prompt, utf8, mask, md, ...more].join('\n')}
distinguished_name = dn
${extensions.length > 0 ? 'req_extensions = ext' : ''}
[oids]
csRole = 1.2.3.4.5
csGrade = 2.999.7
[dn]
${names({ prompt, ...parts }, parts.isTwice).join('\n')}
[dir]
O = somewhere
1.+OU = inside
[empty]
[self]
basicConstraints = CA:TRUE
[at]
${parts.attributes.join('\n')}
[ext]
${[...extensions, ...(parts.san?.sections ?? [])].join('\n')}`
      .split('\n')
      .filter(line => line !== '')
    for (const [line, at] of parts.decorations) lines.splice(Math.min(at, lines.length), 0, line)
    return `${lines.join('\n')}\n`
  })
