// General ways to break one line of code. Each gives every text that the line may become.

/** @typedef {(line: string) => readonly string[]} Operator */

/**
 * Each place of the pattern in turn.
 * @param {RegExp} pattern
 * @param {string} to
 * @returns {Operator}
 */
function each(pattern, to) {
  return line =>
    [...line.matchAll(pattern)].map(({ 0: found, index }) => {
      const changed = found.replace(new RegExp(pattern.source), to)
      return line.slice(0, index) + changed + line.slice(index + found.length)
    })
}

/**
 * Calls of a method with all of its arguments, where they end on the line.
 * @param {string} name
 * @returns {Operator}
 */
function withoutCall(name) {
  return line => {
    const start = line.indexOf(`.${name}(`)
    const end = start === -1 ? -1 : closing(line, start + name.length + 1)
    return end === -1 ? [] : [line.slice(0, start) + line.slice(end + 1)]
  }
}

/**
 * @param {string} line
 * @param {number} open
 */
function closing(line, open) {
  let depth = 0
  for (let at = open; at < line.length; at++) {
    if ('([{'.includes(line[at] ?? '')) depth += 1
    if (')]}'.includes(line[at] ?? '')) depth -= 1
    if (depth === 0) return at
  }
  return -1
}

/** @type {Operator} */
function conditions(line) {
  const start = line.indexOf('if (')
  const end = start === -1 ? -1 : closing(line, start + 3)
  if (end === -1) return []
  const [before, condition, after] = [
    line.slice(0, start + 4),
    line.slice(start + 4, end),
    line.slice(end),
  ]
  return [`!(${condition})`, 'false', 'true'].map(other => before + other + after)
}

/** Another value that is likely to be of the same type. @type {Operator} */
function returns(line) {
  const found = /^(\s*(?:if \(.*\) )?return )(?=\S)(.*)$/.exec(line)
  if (found === null || isOpen(line)) return []
  const [, head = '', value = ''] = found
  return valuesLike(value).map(other => head + other)
}

/** @param {string} value */
function valuesLike(value) {
  if (/^(?:null|true|false|\[\]|ok\(|refuse\()/.test(value)) return []
  if (
    /^!| (?:===|!==|&&|\|\||<|>|<=|>=) [^?]*$|\.(?:some|every|has|includes|test)\([^?]*$/.test(
      value,
    )
  )
    return ['true', 'false']
  return /^\[|\.(?:map|flatMap|filter)\(/.test(value) ? ['[]'] : ['null']
}

/** Ends a function before its first line. @type {Operator} */
function early(line) {
  const found = /^(?:(?:export )?(?:async )?function .*|)\): (.*) \{$/.exec(line)
  const type = found?.[1] ?? ''
  const values = /\| null>?$/.test(type)
    ? ['null']
    : type.endsWith('[]') || type.endsWith('[]>')
      ? ['[]']
      : type === 'boolean'
        ? ['true', 'false']
        : []
  return values.map(value => `${line} if (true) return ${value}`)
}

/** @type {Operator} */
function members(line) {
  const inside = /^(.*[=(:?] ?)\[([^[\]()]+, [^[\]()]+)\](.*)$/.exec(line)
  if (/^\s+\.\.\..*,$/.test(line) && !isOpen(line)) return ['']
  if (inside === null || /^\s*(?:const|let) \[/.test(line)) return []
  const [, before = '', list = '', after = ''] = inside
  const all = list.split(', ')
  return all.map(
    (_, at) => `${before}[${all.filter((__, other) => other !== at).join(', ')}]${after}`,
  )
}

/** @param {string} line */
function isOpen(line) {
  let depth = 0
  for (const character of line) {
    if ('([{'.includes(character)) depth += 1
    if (')]}'.includes(character)) depth -= 1
  }
  return depth !== 0
}

/** @type {Readonly<Record<string, Operator>>} */
const OPERATORS = {
  conditions,
  returns,
  early,
  members,
  and: each(/ && /g, ' || '),
  or: each(/ \|\| /g, ' && '),
  same: each(/ === /g, ' !== '),
  other: each(/ !== /g, ' === '),
  less: each(/ < /g, ' <= '),
  atMost: each(/ <= /g, ' < '),
  more: each(/ > /g, ' >= '),
  atLeast: each(/ >= /g, ' > '),
  plus: each(/ \+ (?=\w)/g, ' - '),
  minus: each(/ - (?=\w)/g, ' + '),
  not: each(/(?<=[ (])!(?=[\w([])/g, ''),
  some: each(/\.some\(/g, '.every('),
  every: each(/\.every\(/g, '.some('),
  yes: each(/\btrue\b/g, 'false'),
  no: each(/\bfalse\b/g, 'true'),
  last: each(/\.at\(-1\)/g, '.at(0)'),
  number: each(/(?<=[ (])[1-9][\d_]*\b(?!')/g, '0'),
  filter: withoutCall('filter'),
  slice: withoutCall('slice'),
  order: withoutCall('toReversed'),
  sort: withoutCall('toSorted'),
}

/**
 * Every break of a line; none of one that holds no code: comments, imports, types.
 * @param {string} line
 */
export function breaksOf(line) {
  if (
    /^\s*(?:\/\/|\/?\*|import |export (?:type|interface) |type |interface |readonly |}? ?from )/.test(
      line,
    )
  )
    return []
  const all = Object.values(OPERATORS).flatMap(operator => operator(line))
  return [...new Set(all)].filter(text => text !== line)
}
