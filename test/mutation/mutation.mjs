// Do the tests notice when one line is wrong? Writes each break into a copy of the repository, one at a time, and runs the tests of its
// table there (tables.mjs, copy.mjs). Takes many minutes, and is no part of npm test.
//   node test/mutation/mutation.mjs [WORD ...]               the tables of these names, or the breaks whose file or text has one of the words
//   node test/mutation/mutation.mjs --random N [--seed N]    N drawn lines of the approval proof with general breaks (operators.mjs)
//   node test/mutation/mutation.mjs --model [WORD ...]       the bugs of planted.mjs, each with the seed at which the model check finds it
//   --copies N                                               N breaks at once (default 2)
// One line for each break; the last is "N noticed, N missed". Exit code 1 if one was missed, 2 if the table no longer fits.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Copy, historyNames } from './copy.mjs'
import { EQUIVALENT } from './equivalent.mjs'
import { PLANTED } from './planted.mjs'
import { drawBreaks } from './random.mjs'
import { APPROVAL, TABLES } from './tables.mjs'

/** @typedef {import('./random.mjs').Drawn & { readonly judges: import('./tables.mjs').Table['judges'] }} Break */

/**
 * The whole text with its break; throws where the old text is not in the file just once.
 * @param {readonly [string, string, string]} entry
 */
function broken([file, from, to]) {
  const text = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8')
  const count = text.split(from).length - 1
  if (count !== 1) throw new Error(`${file}: found ${count} times: ${from}`)
  const line = text.slice(0, text.indexOf(from)).split('\n').length
  return { file, line, from, to, text: text.replace(from, () => to) }
}

/** @param {import('./random.mjs').Drawn} drawn */
function reasonOf({ file, from, to }) {
  const known = EQUIVALENT.find(each => each[0] === file && each[1] === from && each[2] === to)
  return known?.[3] ?? null
}

/**
 * Whether the break is noticed; printed as soon as it is known.
 * @param {Copy} copy
 * @param {Break} each
 * @param {readonly string[]} histories that may notice it
 */
async function notice(copy, each, histories) {
  const id = [each.file, each.from, each.to].join('\n')
  const by = await copy.noticedBy(id, each.file, each.text, each.judges, histories)
  const reason = reasonOf(each)
  const verdict = by !== null ? 'noticed   ' : reason === null ? 'MISSED    ' : 'equivalent'
  const end = by ?? reason
  const short = end === null ? '' : ` (${end})`
  const [from, to] = [each.from, each.to].map(text => text.replaceAll(/\s+/g, ' ').trim())
  console.log(`${verdict}  ${each.file}:${each.line}  ${from}  →  ${to}${short}`)
  return verdict.trim()
}

/** So many breaks take longer than to ask which histories reach each. */
const MANY = 20

/**
 * For each break the histories that reach its line; null where any may. Each copy plays its share of them.
 * @param {readonly Break[]} breaks
 * @param {readonly Copy[]} copies
 */
async function reachedBy(breaks, copies) {
  if (breaks.filter(({ judges }) => judges === APPROVAL.judges).length < MANY) return []
  const names = historyNames()
  const shares = await Promise.all(
    copies.map((copy, at) =>
      copy.reached(
        names.filter((_, of) => of % copies.length === at),
        breaks,
      ),
    ),
  )
  return breaks.map((_, at) => {
    const found = shares.map(share => share[at] ?? null)
    return found.includes(null) ? null : found.flatMap(each => each ?? [])
  })
}

/** @param {readonly Break[]} breaks @param {number} count how many at once */
async function run(breaks, count) {
  const copies = Array.from({ length: count }, () => new Copy())
  try {
    for (const judges of new Set(breaks.map(each => each.judges))) await copies[0]?.check(judges)
    const reached = await reachedBy(breaks, copies)
    const open = breaks.map((each, at) => ({ each, histories: reached[at] ?? historyNames() }))
    /** @type {string[]} */
    const verdicts = []
    await Promise.all(
      copies.map(async copy => {
        for (let next = open.shift(); next !== undefined; next = open.shift())
          verdicts.push(await notice(copy, next.each, next.histories))
      }),
    )
    const sum = (/** @type {string} */ verdict) => verdicts.filter(each => each === verdict).length
    const equivalent = sum('equivalent')
    const more = equivalent === 0 ? '' : `, ${equivalent} equivalent`
    console.log(`${sum('noticed')} noticed, ${sum('MISSED')} missed${more}`)
    process.exitCode = sum('MISSED') === 0 ? 0 : 1
  } finally {
    for (const copy of copies) copy.remove()
  }
}

/**
 * One bug after the other: each takes up to some minutes. COUNTERSIGN_MODEL_SEED and COUNTERSIGN_MODEL_RUNS as for the test.
 * @param {readonly (readonly [string, string, string, string])[]} planted
 */
async function runModel(planted) {
  const bugs = planted.map(([title, ...entry]) => ({ title, ...broken(entry) }))
  const copy = new Copy()
  let caught = 0
  try {
    for (const { title, file, line, text } of bugs) {
      const seed = await copy.seedFor(file, text)
      if (seed !== null) caught += 1
      const verdict = seed === null ? 'MISSED' : 'caught'
      console.log(`${verdict}  ${file}:${line}  ${title}${seed === null ? '' : ` (${seed})`}`)
    }
    console.log(`${caught} caught, ${bugs.length - caught} missed`)
    process.exitCode = caught === bugs.length ? 0 : 1
  } finally {
    copy.remove()
  }
}

/**
 * @template {readonly string[]} T
 * @param {readonly T[]} table
 * @param {readonly string[]} words
 */
function matching(table, words) {
  return table.filter(
    entry => words.length === 0 || words.some(word => entry.some(part => part.includes(word))),
  )
}

/**
 * Without words everything. The name of a table stands for all its breaks; other words are searched in each break.
 * @param {readonly string[]} words
 * @returns {readonly Break[]}
 */
function tabled(words) {
  const others = words.filter(word => TABLES.every(({ name }) => name !== word))
  return TABLES.flatMap(({ name, breaks, judges }) => {
    const isWhole = words.length === 0 || words.includes(name)
    const found = isWhole ? breaks : others.length === 0 ? [] : matching(breaks, others)
    return found.map(entry => ({ ...broken(entry), judges }))
  })
}

try {
  const { values, positionals: words } = parseArgs({
    options: {
      model: { type: 'boolean' },
      random: { type: 'string' },
      seed: { type: 'string' },
      copies: { type: 'string', default: '2' },
    },
    allowPositionals: true,
  })
  const copies = Number(values.copies)
  if (!(copies > 0)) throw new Error('--copies takes a number')
  if (values.model === true) await runModel(matching(PLANTED, words))
  else if (values.random === undefined) await run(tabled(words), copies)
  else {
    const [count, seed] = [Number(values.random), Number(values.seed ?? Date.now() % 2 ** 31)]
    if (!(count > 0) || !Number.isInteger(seed)) throw new Error('--random and --seed take numbers')
    console.log(`seed ${seed}`)
    const { judges } = APPROVAL
    await run(
      drawBreaks(count, seed).map(each => ({ ...each, judges })),
      copies,
    )
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
