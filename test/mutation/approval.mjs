// Do the tests of the approval proof notice when one line of it is wrong? Writes each break into a copy of the repository, one at
// a time, and runs the tests of the proof there (copy.mjs). Takes many minutes, and is no part of npm test.
//   node test/mutation/approval.mjs [WORD ...]               the breaks of breaks/*.mjs whose file or text holds one of the words
//   node test/mutation/approval.mjs --random N [--seed N]    N drawn lines with general breaks (operators.mjs)
//   node test/mutation/approval.mjs --model [WORD ...]       the bugs of planted.mjs, each with the seed at which the model check finds it
// One line for each break; the last is "N noticed, N missed". Exit code 1 if one was missed, 2 if the table no longer fits.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { BREAKS } from './breaks/all.mjs'
import { Copy } from './copy.mjs'
import { EQUIVALENT } from './equivalent.mjs'
import { PLANTED } from './planted.mjs'
import { drawBreaks } from './random.mjs'

const COPIES = 2

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
 * @param {import('./random.mjs').Drawn} each
 */
async function notice(copy, each) {
  const by = await copy.noticedBy(each.file, each.text)
  const reason = reasonOf(each)
  const verdict = by !== null ? 'noticed   ' : reason === null ? 'MISSED    ' : 'equivalent'
  const end = by ?? reason
  const short = end === null ? '' : ` (${end})`
  const [from, to] = [each.from, each.to].map(text => text.replaceAll(/\s+/g, ' ').trim())
  console.log(`${verdict}  ${each.file}:${each.line}  ${from}  →  ${to}${short}`)
  return verdict.trim()
}

/** @param {readonly import('./random.mjs').Drawn[]} breaks */
async function run(breaks) {
  const copies = Array.from({ length: COPIES }, () => new Copy())
  try {
    for (const copy of copies) await copy.check()
    const open = [...breaks]
    /** @type {string[]} */
    const verdicts = []
    await Promise.all(
      copies.map(async copy => {
        for (let each = open.shift(); each !== undefined; each = open.shift())
          verdicts.push(await notice(copy, each))
      }),
    )
    const count = (/** @type {string} */ verdict) =>
      verdicts.filter(each => each === verdict).length
    const equivalent = count('equivalent')
    const more = equivalent === 0 ? '' : `, ${equivalent} equivalent`
    console.log(`${count('noticed')} noticed, ${count('MISSED')} missed${more}`)
    process.exitCode = count('MISSED') === 0 ? 0 : 1
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

try {
  const { values, positionals: words } = parseArgs({
    options: { model: { type: 'boolean' }, random: { type: 'string' }, seed: { type: 'string' } },
    allowPositionals: true,
  })
  if (values.model === true) await runModel(matching(PLANTED, words))
  else if (values.random === undefined) await run(matching(BREAKS, words).map(broken))
  else {
    const [count, seed] = [Number(values.random), Number(values.seed ?? Date.now() % 2 ** 31)]
    if (!(count > 0) || !Number.isInteger(seed)) throw new Error('--random and --seed take numbers')
    console.log(`seed ${seed}`)
    await run(drawBreaks(count, seed))
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
