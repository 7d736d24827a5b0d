// Text of files, names and titles with commands for the runner, GitHub or people: it stays text.
import { describe, expect, test } from '@jest/globals'
import { atAcme, withoutCluster } from '../../build/at-acme.ts'
import type { Acme } from '../../build/github-run.ts'
import { rendered } from '../../build/rendered.ts'
import type { ActionRan } from '../../build/runner.ts'

const FOLDER = 'requests/people'
/** Commands of the runner at the beginning of a line. */
const COMMANDS = [
  '::set-output name=issued-count::9',
  '::add-mask::jane',
  '::error file=x::forged',
  '##[error]forged',
  '##[set-env name=NODE_OPTIONS]--require=x',
  '::save-state name=x::y',
  '::stop-commands::x',
  '::add-path::/tmp',
]

/** Lines that the runner takes as commands, outside of stop-commands. */
function obeyed({ stdout }: ActionRan): readonly string[] {
  const found: string[] = []
  let until: string | null = null
  for (const line of stdout.split('\n')) {
    const stop = /^::stop-commands::(.+)$/.exec(line)
    if (until !== null) {
      if (line === `::${until}::`) until = null
    } else if (stop !== null) until = stop[1] ?? ''
    else if (/^\s*(::|##\[)/.test(line)) found.push(line)
  }
  return found
}

function asksWith(acme: Acme, files: Readonly<Record<string, string>>): void {
  const { world, repository } = acme.stage
  const author = acme.stage.who('author')
  world.tick(60)
  const commit = world.commit({ repository, branch: 'main', author, files })
  world.push({ actor: author, repository, branch: 'odd', commit })
  acme.does('author opens PR1 from odd')
}

const OURS = /^::(add-mask::(ghs_\w+|[\w+/=]+)|(error|warning) title=[A-Z_a-z]+(,file=[^:]*)?::.*)$/

/** The titles of the errors for the runner; expects that every other command is ours too. */
function errorsTold(ran: ActionRan): readonly string[] {
  const lines = obeyed(ran)
  for (const line of lines) expect(line).toMatch(OURS)
  return lines.flatMap(line => /^::error title=(\w+)/.exec(line)?.[1] ?? [])
}

describe('commands to the runner', () => {
  test('a command in a file name is not obeyed', () =>
    withoutCluster(async acme => {
      const files = COMMANDS.map((command, index) => [
        `${FOLDER}/a${index}\n${command.replaceAll('/', '')}\n.yaml`,
        'kind: [\n',
      ])
      asksWith(acme, Object.fromEntries(files))
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      expect(errorsTold(ran)).toEqual(COMMANDS.map(() => 'REQUEST_PATH'))
      expect(ran.outputs['issued-count']).toBe('0')
    }))

  test('a command in a value, a field name or a problem is not obeyed', () =>
    withoutCluster(async acme => {
      const files = COMMANDS.map((command, index) => [
        `${FOLDER}/a${index}.yaml`,
        `apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata: {name: a${index}}
spec:
  commonName: ${JSON.stringify(`x\n${command}`)}
  signerName: ${JSON.stringify(`\n${command}\r\n${command}`)}
  usages: [${JSON.stringify(`\n${command}`)}]
  ${JSON.stringify(`\n${command}`)}: 1
`,
      ])
      asksWith(acme, Object.fromEntries(files))
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      expect([...new Set(errorsTold(ran))]).toEqual([
        'FILE_FIELD_VALUE',
        'REQUEST_USAGE_UNKNOWN',
        'FILE_FIELD_UNKNOWN',
        'countersign',
      ])
      for (const command of COMMANDS) expect(obeyed(ran)).not.toContain(command)
    }))

  test('a command in an answer of the cluster is not obeyed', () =>
    atAcme(async ({ acme, cluster }) => {
      acme.merges(1, { [`${FOLDER}/jane.yaml`]: 'usual' })
      cluster.signerFaults({
        failure: `no\n${COMMANDS.join('\n')}\n@owner [x](https://example.com)`,
      })
      const ran = await acme.apply()
      expect(ran.code).toBe(2)
      expect(errorsTold(ran)).toEqual(['CLUSTER_FAILED'])
      const shown = rendered(acme.comments(1)[0]?.body ?? '')
      expect(shown.linked).toEqual([])
      expect(shown.unbalanced).toEqual([])
    }))
})

describe('text for people', () => {
  const HOSTILE = [
    '@owner', '@acme/pki', '#1', '</details>', '<!-- countersign:issued -->', '-->', '[x](https://example.com)',
    '![x](https://example.com/x.png)', '<img src=x>', '| a | b |', '`', '```', 'https://example.com', '\\', '**bold**',
  ] // prettier-ignore

  test('hostile names and messages stay text in the comment and the summary of a plan', () =>
    withoutCluster(async acme => {
      const files = HOSTILE.map((text, index) => [
        `${FOLDER}/a${index}.yaml`,
        `apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata: {name: a${index}}
spec:
  commonName: ${JSON.stringify(text)}
  subject: {organizations: [developers, ${JSON.stringify(text)}]}
  ${index % 2 === 0 ? `${JSON.stringify(text)}: 1` : ''}
`,
      ])
      const named = HOSTILE.map(text => [`${FOLDER}/${text.replaceAll('/', '')}.yaml`, 'kind: [\n'])
      asksWith(acme, Object.fromEntries([...files, ...named]))
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      for (const page of [acme.comments(1)[0]?.body ?? '', ran.summary]) {
        const shown = rendered(page)
        expect(shown.linked).toEqual([])
        expect(shown.unbalanced).toEqual([])
        expect(shown.tags).not.toContain('img')
        expect(shown.comments.filter(text => text !== '<!-- countersign:plan -->')).toEqual([])
      }
    }))

  test('a policy message that quotes a request stays text', () =>
    withoutCluster(
      async acme => {
        acme.does('author pushes to add-jane', { [`${FOLDER}/jane.yaml`]: 'usual' })
        acme.does('author opens PR1 from add-jane')
        const ran = await acme.plan(1)
        expect(ran.code).toBe(1)
        const shown = rendered(acme.comments(1)[0]?.body ?? '')
        expect(shown.linked).toEqual([])
        expect(shown.text).toContain('@owner said no')
        expect(errorsTold(ran)).toEqual(['POLICY_RULE'])
      },
      {
        files: {
          'policies/people.yaml': {
            sinks: [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }],
            rules: [{ rule: 'false', message: '@owner said no https://example.com </details>' }],
          },
        },
      },
    ))
})
