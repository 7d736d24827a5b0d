// Kubernetes' rules for names, labels and keys, with its texts (k8s.io/apimachinery/pkg/api/validate/content).

/** Judges a text; the answer is every rule it breaks. */
export type NameRule = (value: string) => readonly string[]

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = String.raw`${LABEL}(\.${LABEL})*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const LABEL_VALUE = `(${QUALIFIED})?`
const CONFIG_KEY = '[-._a-zA-Z0-9]+'

const LABEL_TEXT =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character"
const SUBDOMAIN_TEXT =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
const QUALIFIED_TEXT =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const LABEL_VALUE_TEXT =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
const CONFIG_KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"

function patternText(text: string, pattern: string, ...examples: readonly string[]): string {
  const quoted = examples.map(example => `'${example}', `).join(' or ')
  return `${text} (e.g. ${quoted}regex used for validation is '${pattern}')`
}

const WHOLE = new Map(
  [LABEL, SUBDOMAIN, QUALIFIED, LABEL_VALUE, CONFIG_KEY].map(pattern => [
    pattern,
    new RegExp(`^(?:${pattern})$`),
  ]),
)

function matches(pattern: string, value: string): boolean {
  return WHOLE.get(pattern)?.test(value) === true
}

function byteLength(value: string): number {
  return Buffer.byteLength(value, 'utf8')
}

export function dnsLabel(value: string): readonly string[] {
  const errors: string[] = []
  if (byteLength(value) > 63) errors.push('must be no more than 63 characters')
  if (matches(LABEL, value)) return errors
  return matches(SUBDOMAIN, value)
    ? [...errors, 'must not contain dots']
    : [...errors, patternText(LABEL_TEXT, LABEL, 'my-name', '123-abc')]
}

export function dnsSubdomain(value: string): readonly string[] {
  const errors: string[] = []
  if (byteLength(value) > 253) errors.push('must be no more than 253 characters')
  if (!matches(SUBDOMAIN, value)) {
    errors.push(patternText(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com'))
  }
  return errors
}

/** A label's key: an optional DNS prefix and a name. */
export function labelKey(value: string): readonly string[] {
  const parts = value.split('/')
  const errors: string[] = []
  if (parts.length > 2) {
    const text = patternText(
      `a valid label key ${QUALIFIED_TEXT}`,
      QUALIFIED,
      'MyName',
      'my.name',
      '123-abc',
    )
    return [`${text} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`]
  }
  if (parts.length === 2) errors.push(...prefixFaults(parts[0] ?? ''))
  const name = parts.at(-1) ?? ''
  if (name === '') errors.push('name part must be non-empty')
  if (byteLength(name) > 63) errors.push('name part must be no more than 63 bytes')
  if (!matches(QUALIFIED, name)) {
    errors.push(
      patternText(`name part ${QUALIFIED_TEXT}`, QUALIFIED, 'MyName', 'my.name', '123-abc'),
    )
  }
  return errors
}

function prefixFaults(prefix: string): readonly string[] {
  if (prefix === '') return ['prefix part must be non-empty']
  return dnsSubdomain(prefix).map(text => `prefix part ${text}`)
}

export function labelValue(value: string): readonly string[] {
  const errors: string[] = []
  if (byteLength(value) > 63) errors.push('must be no more than 63 bytes')
  if (!matches(LABEL_VALUE, value)) {
    errors.push(patternText(LABEL_VALUE_TEXT, LABEL_VALUE, 'MyValue', 'my_value', '12345'))
  }
  return errors
}

/** A key of a Secret's or ConfigMap's data. */
export function dataKey(value: string): readonly string[] {
  const errors: string[] = []
  if (byteLength(value) > 253) errors.push('must be no more than 253 characters')
  if (!matches(CONFIG_KEY, value)) {
    errors.push(patternText(CONFIG_KEY_TEXT, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'))
  }
  if (value === '.') errors.push("must not be '.'")
  else if (value === '..') errors.push("must not be '..'")
  else if (value.startsWith('..')) errors.push("must not start with '..'")
  return errors
}

/** What no name may be, since it stands in a URL and in etcd's keys. */
export function pathSegment(value: string): readonly string[] {
  if (value === '.' || value === '..') return [`may not be '${value}'`]
  return ['/', '%']
    .filter(letter => value.includes(letter))
    .map(letter => `may not contain '${letter}'`)
}

/** No rule: what a CertificateSigningRequest's name has. */
export function anyName(): readonly string[] {
  return []
}
