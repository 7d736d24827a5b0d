// docs/performance.md, from the figures of a benchmark and the notes that people write.
import {
  BY_HAND,
  COMPARED,
  COUNTERSIGN,
  SMALL_HEAP,
  exponentOf,
  furtherRatesOf,
  goalsOf,
  pointsOf,
  ratesOf,
  ratioOf,
} from './goals.ts'
import type { Goal } from './goals.ts'
import type {
  IssuedSize,
  PullRequestSize,
  IssueReport,
  PlanReport,
  PlanSize,
  Report,
  SignerReport,
  StartRow,
} from './report.ts'
import { ratioByRound, spreadOf, stepCosts } from './statistics.ts'

export function performancePage(report: Report, notes: string): string {
  const { issue, defaultSigner, plan, issued, pullRequests, start } = report
  const sections = [
    '# Performance and scale',
    'This page shows how fast countersign and other programs issue, validate and plan on a real control plane, then what [growth](#scale) costs. `npm run bench -- --write` makes this page and [performance.json](performance.json). Compare ratios, not seconds: another machine has other seconds and nearly the same ratios.',
    goalsTable(goalsOf(report)),
    ...(issue === undefined ? [] : issueSection(issue)),
    ...(defaultSigner === undefined ? [] : signerSection(defaultSigner)),
    ...(plan === undefined ? [] : planSection(plan)),
    ...(issued === undefined ? [] : issuedSection(issued)),
    ...(pullRequests === undefined ? [] : pullRequestSection(pullRequests)),
    ...(start === undefined ? [] : startSection(start)),
    notes.trim(),
    ...machineSection(report),
  ]
  return `${sections.join('\n\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** median (min to max). */
function spread(values: readonly number[], digits: number): string {
  const { median, min, max } = spreadOf(values)
  const text = (value: number): string => value.toFixed(digits)
  return `${text(median)} (${text(min)} to ${text(max)})`
}

function count(value: number): string {
  return value.toLocaleString('en')
}

function goalsTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ goal, figure, isMet }) => {
    const verdict = figure === null ? 'not measured' : isMet ? 'yes' : '**no**'
    return [goal, figure ?? '', verdict]
  })
  return table(['goal', 'measured', 'met'], rows)
}

function issueSection({ participants, calls, recordBytes, secretBytes }: IssueReport): string[] {
  const ours = participants.find(({ name }) => name === COUNTERSIGN)!
  const times = (ratio: number | null): string => (ratio === null ? '' : ratio.toFixed(2))
  const rows = participants.map(measured => {
    const { name, certificates } = measured
    return [
      name,
      String(certificates),
      spread(ratesOf(measured), 1),
      times(ratioOf(participants, name)),
      spread(furtherRatesOf(measured), 1),
      times(ratioOf(participants, name, furtherRatesOf)),
    ]
  })
  const each = calls.filter(row => row.each > 0)
  const sum = each.reduce((all, row) => all + row.each, 0)
  return [
    '## Issue, without a limit of the signer',
    `Client certificates with P-256 keys, ${ours.seconds.length} rounds. The participants run one after the other, and each round starts with another one. A warm-up round is not counted. The benchmark deletes CertificateSigningRequests, records and Secrets before each run. It checks every certificate after the measurement: the CA signed it, key and subject are correct, and no serial occurs twice.`,
    table(
      [
        'participant',
        'certificates',
        'a second, whole process: median (min to max)',
        'countersign is … times as fast',
        'a second, after the first certificate',
        'countersign is … times as fast',
      ],
      rows,
    ),
    'The ratio is the median of the ratios of each round. “After the first certificate” subtracts the time of the same process with one certificate: the start of the process and of the run.',
    participants.map(({ name, what }) => `- **${name}**: ${what}.`).join('\n'),
    '### The calls for one certificate',
    `The numbers come from the audit log of the API server: the difference between ${COMPARED.more} and ${COMPARED.few} requests. The Go client makes the same ${sum} calls, and the benchmark compares both logs. A record has ${count(recordBytes)} bytes at the end, a Secret ${count(secretBytes)} bytes; the objects of the Go client are as large, within 10 %.`,
    table(
      ['call', 'for each certificate', 'once in a run'],
      calls.map(row => [row.call, String(row.each), String(row.once)]),
    ),
  ]
}

function signerSection({ certificates, what, countersign, own }: SignerReport): string[] {
  const sides = { countersign, "the signer's own rate": own }
  type Kind = 'seconds' | 'signingSeconds'
  const rates = (rounds: typeof own, kind: Kind): readonly number[] =>
    rounds.map(round => certificates / round[kind])
  const rows = Object.entries(sides).map(([name, rounds]) => [
    name,
    spread(rates(rounds, 'signingSeconds'), 2),
    spread(rates(rounds, 'seconds'), 2),
  ])
  const ratio = (kind: Kind): string =>
    ratioByRound(rates(countersign, kind), rates(own, kind)).toFixed(3)
  return [
    "## Issue, with Kubernetes' own limit of the signer",
    `${count(certificates)} certificates, ${own.length} rounds, each run on a new control plane with the printed rights and guard. kube-controller-manager has its default of 20 calls a second. countersign grants each certificate its access, a ClusterRole in a namespace. The signer's own rate: ${what}.`,
    table(
      [
        'who',
        'a second, from the first approval to the last certificate',
        'a second, whole process',
      ],
      [...rows, ['ratio', ratio('signingSeconds'), ratio('seconds')]],
    ),
  ]
}

function planSection({ validate, plan }: PlanReport): string[] {
  const commands = Object.entries({ validate, plan })
  const rows = commands.flatMap(([command, sizes]) => {
    const steps = stepCosts(pointsOf(sizes))
    return sizes.map(({ files, seconds, megabytes }, index) => {
      const step = steps[index - 1]
      const cost = step === undefined ? '' : milliseconds(step.cost)
      return [command, count(files), spread(seconds, 2), spread(megabytes, 0), cost]
    })
  })
  const exponents = commands.map(([command, sizes]) => `${command} ${exponentOf(sizes).toFixed(2)}`)
  return [
    '## Validate and plan',
    'Repositories with 20 policies and defaults in `countersign.yaml`, each run a whole process. `plan` lists the records of the real control plane, of which there are none, and reads the Secret of each request: one call for each file. Memory is the largest resident memory of the process.',
    table(
      [
        'command',
        'files',
        'seconds: median (min to max)',
        'MB',
        'milliseconds for each further file',
      ],
      rows,
    ),
    `Growth of the time without the start, as an exponent of the number of files (1 is linear): ${exponents.join(', ')}.`,
    chart(validate, plan),
  ]
}

function issuedSection(sizes: readonly IssuedSize[]): string[] {
  const rows = sizes.map(({ command, certificates, seconds, megabytes }) => [
    command,
    count(certificates),
    spread(seconds, 2),
    megabytes.length === 0 ? '' : spread(megabytes, 0),
  ])
  return [
    '## With certificates issued',
    `Each certificate is issued and in use, and nothing is due: each command reads all records and Secrets. “${BY_HAND}” is a shell loop that prints the end and the subject of each Secret, without records and approvals. Each command of up to 1,000 also ran with a heap of ${SMALL_HEAP} MB.`,
    table(['command', 'certificates', 'seconds: median (min to max)', 'MB'], rows),
  ]
}

function pullRequestSection(sizes: readonly PullRequestSize[]): string[] {
  return [
    '## Plan of a pull request',
    'From the start of the action to its end, with the comment. GitHub is its simulation, and its answers are replayed at once: the network is not in these figures.',
    table(
      ['new requests', 'seconds: median (min to max)'],
      sizes.map(({ requests, seconds }) => [count(requests), spread(seconds, 2)]),
    ),
  ]
}

function milliseconds(seconds: number): string {
  return (seconds * 1000).toFixed(3)
}

function chart(validate: readonly PlanSize[], plan: readonly PlanSize[]): string {
  const costs = (sizes: readonly PlanSize[]): string =>
    furtherCosts(sizes).map(milliseconds).join(', ')
  const names = validate
    .slice(2)
    .map(({ files }, index) => `"${count(validate[index + 1]!.files)} to ${count(files)}"`)
  return [
    '```mermaid',
    'xychart-beta',
    '  title "Milliseconds for each further file (upper line: plan, lower line: validate)"',
    `  x-axis "files" [${names.join(', ')}]`,
    '  y-axis "ms" 0 --> ' + chartTop(validate, plan),
    `  line [${costs(plan)}]`,
    `  line [${costs(validate)}]`,
    '```',
  ].join('\n')
}

/** Seconds for each file more, without the first ones, which pay for the start. */
function furtherCosts(sizes: readonly PlanSize[]): readonly number[] {
  return stepCosts(pointsOf(sizes))
    .slice(1)
    .map(({ cost }) => cost)
}

function chartTop(...all: readonly (readonly PlanSize[])[]): string {
  return (Math.max(...all.flatMap(furtherCosts)) * 1200).toPrecision(2)
}

function startSection(rows: readonly StartRow[]): string[] {
  return [
    '## Start',
    'The shortest of ten runs (`npm run bench:start`).',
    table(
      ['command', 'milliseconds', 'times `node -e 0`'],
      rows.map(row => [row.what, row.milliseconds.toFixed(0), row.ratio.toFixed(2)]),
    ),
  ]
}

function machineSection({ measuredAt, machine, versions }: Report): string[] {
  const { cpu, cores, memoryGiB, kernel } = machine
  return [
    '## Machine and versions',
    `Measured on ${measuredAt.slice(0, 10)}. ${cpu}, ${cores} cores, ${memoryGiB} GiB, Linux ${kernel}. etcd, API server, controller manager and participants share the machine.`,
    table(['program', 'version'], Object.entries(versions)),
    'To repeat it: `npm run bundle`, then `npm run bench -- --write` on a quiet machine with Go 1.26. [Measure speed](contributing/testing.md#measure-speed) lists the options.',
  ]
}
