// npm run demo, the second half: from a pull request to a certificate that renews, at GitHub as its double plays it. The action is
// the built one, and runs as a runner would start it.
import { Acme, MAY_NOTIFY } from '../build/github-run.ts'
import { ownPlace } from '../build/place.ts'
import type { ActionRan } from '../build/runner.ts'
import { kubeconfig } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const DAY_MS = 86_400_000

let days = 0
const { place, cluster, end } = await ownPlace({ now: () => new Date(Date.now() + days * DAY_MS) })
const acme = await Acme.open(place)
const words = (): object => ({
  permissions: MAY_NOTIFY,
  preload: ['test/build/clock-ahead.mjs'],
  env: {
    AHEAD_MS: String(days * DAY_MS),
    KUBECONFIG_PROD: kubeconfig(place, cluster.clientFor(place.user)),
  },
})

const problems: string[] = []
try {
  say(
    'The same by code review. At GitHub, a pull request brings one small file; a job plans it, without any secret.',
  )
  does('author pushes to add-jane', { [JANE]: 'usual' })
  does('author opens PR1 from add-jane')
  ended(await acme.plan(1, words()))
  comment(1)

  say(
    'Somebody else approves, and the merge applies: the approval of exactly these bytes is proved before anything is issued.',
  )
  does('reviewer approves PR1')
  does('author merges PR1 (squash)')
  ended(await acme.apply(words()))
  comment(1)

  say('Five days later the schedule renews what was approved, and nothing else.')
  days = 5
  does('5 days pass')
  const renewed = ended(await acme.apply(words(), 'schedule'))
  // Workflow commands are for the runner: what is to be masked above all.
  shown('log of the job', renewed.stdout.replaceAll(/^::.*\n/gm, ''))

  say('What nobody approved is not issued, whoever merged it, and one issue says who must do what.')
  does('author pushes to quiet', { [JANE]: { subject: { organizations: ['viewers'] } } })
  does('author opens PR2 from quiet')
  does('author merges PR2 (squash)')
  ended(await acme.apply(words()))
  comment(2)
  for (const { title, body } of acme.issues()) shown(`issue: ${title}`, body)
} finally {
  problems.push(...(await acme.end()))
  await end()
}
if (problems.length > 0) throw new Error(problems.join('\n'))

function does(sentence: string, files?: Readonly<Record<string, unknown>>): void {
  print(`\n> ${sentence}`)
  acme.does(sentence, files)
}

function comment(number: number): void {
  const last = acme.comments(number).at(-1)
  if (last === undefined) throw new Error(`nothing was said on #${number}`)
  shown(`comment on #${number}`, last.body)
}

/** Markdown as it is, without what only machines read. */
function shown(head: string, body: string): void {
  const lines = body
    .replaceAll(/<!--[^]*?-->\n?/g, '')
    .trim()
    .split('\n')
  print([`\n${head}`, ...lines].join('\n  │ '))
}

/** A refusal (exit code 1) is part of the story. */
function ended(ran: ActionRan): ActionRan {
  if (ran.code !== 0 && ran.code !== 1) throw new Error(ran.stdout + ran.stderr)
  return ran
}

function say(text: string): void {
  print(`\n# ${text}`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
