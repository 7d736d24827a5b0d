// The tables of the code are also those of action.yml, --help and the pages of the reference.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { PAGES } from '../../../scripts/reference/pages.ts'
import { membersByKind } from '../../../scripts/reference/configuration-page.ts'
import { writtenDefaults } from '../../../scripts/reference/configuration-members.ts'
import { permissionsPage, spareReasons } from '../../../scripts/reference/permissions-page.ts'
import { parseConfig } from '../../../src/core/config/parse-config.ts'
import { LISTED_COMMANDS } from '../../../src/entry/table/command-table.ts'
import { GLOBAL_FLAGS } from '../../../src/entry/flags/global-flags.ts'
import { INPUTS } from '../../../src/entry/action/job-context.ts'
import { FOR_SINKS_AND_TEAMS } from '../../../src/entry/github-app.ts'
import { workflowText } from '../../../src/setup/repository/workflow-file.ts'
import { VERSION } from '../../../src/domain/version.ts'
import { rows } from '../../build/extent.ts'
import { configYaml, requestFile, valueOf } from '../../build/request.ts'

const ROOT = new URL('../../../', import.meta.url).pathname

function text(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8')
}

describe('the reference', () => {
  test.each(Object.entries(PAGES))('%s matches the code (npm run generate)', async (path, page) => {
    expect(text(path)).toBe(await page())
  })

  test('every command has a section with each of its flags', () => {
    const page = text('docs/reference/commands.md')
    for (const { name: command, flags } of LISTED_COMMANDS) {
      const [, section = ''] = page.split(`\n## ${command}\n`)
      const [own = ''] = section.split('\n## ')
      for (const { name } of flags) expect(own).toContain(`--${name}`)
    }
  })

  test('every field of the configuration has a meaning', () => {
    const members = [...membersByKind().values()].flat()
    expect(members.length).toBeGreaterThan(150)
    expect(members.filter(({ meaning }) => meaning === '').map(({ path }) => path)).toEqual([])
  })

  test('a written default is for an optional field without one in its description', () => {
    const kinds = membersByKind()
    const known = (kind: string, path: string) =>
      kinds.get(kind)?.some(each => each.path === path && !each.isRequired && each.default === null)
    const wrong = Object.entries(writtenDefaults()).flatMap(([kind, defaults]) =>
      Object.keys(defaults).filter(path => known(kind, path) !== true),
    )
    expect(wrong).toEqual([])
  })

  test('the defaults of the configuration are those of its reader', () => {
    const file = requestFile(configYaml('clusters: {prod: {}}'), { path: 'countersign.yaml' })
    const { approval, clusters, limits, requests } = valueOf(parseConfig(file))
    const defaults = writtenDefaults()['Config'] ?? {}
    const [prod] = clusters
    expect(defaults['clusters.NAME.provider']).toBe(prod?.provider)
    expect(prod?.auth.kind).toBe('currentKubeconfig')
    expect(defaults['approval.strict']).toBe(String(approval.strict))
    expect(defaults['approval.commandLine']).toBe(approval.commandLine)
    expect(defaults['approval.mixedPullRequests']).toBe(approval.mixedPullRequests)
    expect(defaults['approval.configuration']).toBe(`${approval.configuration.required} approval`)
    expect(defaults['approval.requests']).toBe(`${approval.requests.required} approval`)
    const said = new Map(
      membersByKind()
        .get('Config')
        ?.map(each => [each.path, each.default]),
    )
    expect(said.get('requests')).toBe(requests)
    expect(said.get('clusters.NAME.recordNamespace')).toBe(prod?.recordNamespace)
    expect(limits.maxIssue).toEqual({ kind: 'count', count: Number(said.get('limits.maxIssue')) })
    expect(limits.maxRenew).toEqual({ kind: 'count', count: Number(said.get('limits.maxRenew')) })
    const percent = Number.parseInt(said.get('limits.maxWithdraw') ?? '', 10)
    expect(limits.maxWithdraw).toEqual({ kind: 'percent', percent })
  })

  test('every reason in permissions.yaml belongs to a right', () => {
    permissionsPage()
    expect(spareReasons()).toEqual([])
  })

  test('the page of the action explains each permission of the workflow', () => {
    const setup = { defaultBranch: 'main', environment: 'countersign', variables: [], digest: null }
    const workflow: Workflow = parse(workflowText({ ...setup, usesOidc: true }))
    const needed = Object.values(workflow.jobs).flatMap(({ permissions }) =>
      Object.entries(permissions).map(([name, level]) => `${name}: ${level}`),
    )
    const page = text('docs/reference/action.md')
    for (const permission of new Set(needed)) expect(page).toContain(`\n| \`${permission}\` |`)
  })

  test('the page of permissions lists those of the GitHub App', () => {
    const page = text('docs/reference/permissions.md')
    for (const [name, level] of Object.entries(FOR_SINKS_AND_TEAMS))
      expect(page).toMatch(new RegExp(`^\\| ${name}[^|]* \\| ${level} \\|`, 'im'))
  })
})

interface Workflow {
  readonly jobs: Readonly<
    Record<string, { readonly permissions: Readonly<Record<string, string>> }>
  >
}

describe('action.yml', () => {
  const action = parse(text('action.yml'))

  test('action.yml has the inputs that the action reads, each with a text and a default', () => {
    expect(Object.keys(action.inputs)).toEqual(INPUTS)
    for (const input of Object.values(action.inputs))
      expect(input).toEqual({ description: expect.any(String), default: expect.any(String) })
  })

  test('action.yml has the outputs that the action sets, each with a text', () => {
    const jobs = ['apply-job', 'plan-report'].map(name => text(`src/entry/action/${name}.ts`))
    const set = jobs.join('').matchAll(/(?:runner\.output\(|writeResult\(action, )'([\w-]+)'/g)
    expect(new Set([...set].map(([, name]) => name))).toEqual(new Set(Object.keys(action.outputs)))
    for (const output of Object.values(action.outputs))
      expect(output).toEqual({ description: expect.any(String) })
  })

  test('action.yml runs the bundle on node24', () => {
    expect(action.runs).toEqual({ using: 'node24', main: 'dist/index.js' })
  })
})

describe('the command line', () => {
  const typescript = ['--import', `${ROOT}scripts/typescript.mjs`, `${ROOT}src/cli.ts`]
  const help = (...args: string[]): string =>
    execFileSync(process.execPath, [...typescript, ...args, '--help'], { encoding: 'utf8' })

  const commands = LISTED_COMMANDS.map(({ name, flags }) => [name, flags] as const)
  const asked = rows(commands, ([name]) =>
    ['apply', 'csr approve', 'manifests ruleset'].includes(name),
  )

  test.each(asked)(
    '%s --help lists its flags and the global ones, and no others',
    (command, flags) => {
      const listed = [...help(...command.split(' ')).matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(
        ([, name]) => name,
      )
      expect(new Set(listed)).toEqual(
        new Set(['help', ...[...flags, ...GLOBAL_FLAGS].map(({ name }) => name)]),
      )
    },
  )

  test('--help lists every command, with examples', () => {
    const text = help()
    for (const [command] of commands) expect(text).toContain(`\n  ${command.split(' ')[0]}`)
    expect(text).toContain('Examples:')
  })

  test('the help of a group lists its commands', () => {
    expect(help('csr')).toMatch(
      /^ {2}list +[^]*^ {2}describe <names\.\.\.> +[^]*^ {2}delete <names\.\.\.> /m,
    )
  })

  test('the version is that of package.json', () => {
    expect(VERSION).toBe(JSON.parse(text('package.json')).version)
  })
})
