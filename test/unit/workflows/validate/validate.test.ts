// What validate reports of the files of a repository, also where no request is affected.
import { describe, expect, test } from '@jest/globals'
import { validateFiles } from '../../../../src/workflows/validate/validate.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import type { RequestFile } from '../../../../src/domain/request/request.ts'
import {
  judgeRequests,
  parseFiles,
  parseRequests,
} from '../../../../src/workflows/validate/read-requests.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { readRules } from '../../../../src/workflows/validate/rules-in-force.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { requestFile, valueOf } from '../../../build/request.ts'
import { configText, policyText, requestText } from '../../../build/request-text.ts'

const CONFIG = configText({ owner: 'acme', namespace: 'apps' })
const POLICY = policyText('apps')
const PLAIN = { 'countersign.yaml': CONFIG, 'policies/everybody.yaml': POLICY }

/** A repository of these files, by path. `absent`: folders that do not exist. */
function repository(
  texts: Readonly<Record<string, string>>,
  absent: readonly string[] = [],
): RepositoryFiles {
  const files = Object.entries(texts).map(([path, text]) => requestFile(text, { path }))
  return {
    description: 'the test',
    read: async path => files.find(file => file.path === path) ?? null,
    list: async folder => {
      const found = files.filter(({ path }) => path.startsWith(`${folder}/`))
      return found.length === 0 && absent.includes(folder) ? null : found
    },
  }
}

const validated = (
  texts: Readonly<Record<string, string>>,
  paths: readonly string[] = [],
  input: RequestFile | null = null,
  absent: readonly string[] = [],
) => validatedIn(repository(texts, absent), paths, input)
const validatedIn = (
  files: RepositoryFiles,
  paths: readonly string[] = [],
  input: RequestFile | null = null,
) =>
  validateFiles(files, {
    config: 'countersign.yaml',
    folder: null,
    paths,
    input,
    cluster: null,
    fallback: null,
    now: new Date('2030-06-01T00:00:00Z'),
  })
const told = async (texts: Readonly<Record<string, string>>) =>
  (await validated(texts)).problems.map(({ code, at }) => `${at?.file} ${code}`)

test('a rule about the requester, whom files do not name, is left to the plan of the pull request', async () => {
  const rule = '  rules: [{rule: "request.commonName == requester.name"}]\n'
  const request = { 'requests/jane.yaml': requestText({ name: 'jane' }) }
  expect(await told({ ...PLAIN, 'policies/everybody.yaml': POLICY + rule, ...request })).toEqual([])
})

test('emergencies of unknown requests, and of sinks that need GitHub, give warnings', async () => {
  const emergency =
    'emergency: {people: [alice, bob], maxDuration: 4h, requests: [jane, nobody, own, both]}\n'
  const files = {
    'countersign.yaml': CONFIG + emergency,
    'policies/everybody.yaml':
      POLICY +
      '  - {artifact: {recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]}}\n',
    'requests/jane.yaml': requestText({ name: 'jane' }),
    'requests/own.yaml': requestText({
      name: 'own',
      more: [
        'sinks: [{artifact: {recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]}}]',
      ],
    }),
    'requests/both.yaml': requestText({
      name: 'both',
      more: [
        'sinks: [{secret: {namespace: apps, name: both-tls}}, {artifact: {recipients: [age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p]}}]',
      ],
    }),
  }
  const { problems, warnings } = await validated(files)
  expect(problems).toEqual([])
  expect(warnings.map(({ code, message }) => [code, message])).toEqual([
    [
      'EMERGENCY_REQUEST',
      'no emergency can issue nobody: there is no request file of this name that a policy allows without a requester',
    ],
    ['EMERGENCY_REQUEST', expect.stringMatching(/^no emergency can issue own: the artifact own/)],
  ])
})

test('each request file with a fault in a default is named by its problem', async () => {
  const config = CONFIG.replace('digital signature, client auth', 'digital signature, server auth')
  const paths = ['requests/a.yaml', 'requests/b.yaml']
  const texts = paths.map((path, index) => [path, requestText({ name: 'ab'.charAt(index) })])
  const { problems } = await validated({
    ...PLAIN,
    'countersign.yaml': config,
    ...Object.fromEntries(texts),
  })
  const inDefault = problems.filter(({ at }) => at?.file === 'countersign.yaml')
  expect([...new Set(inDefault.map(({ message }) => message.split(': ')[0]))]).toEqual(paths)
})

test('a missing folder of requests is an empty one if there is a configuration, and is refused without one', async () => {
  const files = repository(PLAIN, ['requests', 'request'])
  const rules = valueOf(await readRules(files, 'countersign.yaml', null))
  const parsed = parseRequests(files, { rules, folder: 'requests' })
  await expect(parsed).resolves.toEqual({ requests: [], refused: [], files: 0 })
  const without = parseRequests(files, { rules: { ...rules, policies: null }, folder: 'requests' })
  await expect(without).rejects.toThrow('there is no folder requests')
  const mistyped = parseRequests(files, { rules, folder: 'request' })
  await expect(mistyped).rejects.toThrow('there is no folder request')
})

test('validate counts every file that it reads', async () => {
  const files = { ...PLAIN, 'requests/jane.yaml': requestText({ name: 'jane' }) }
  expect(await validated(files)).toMatchObject({ problems: [], files: 3 })
})

test.each([
  ['with policies', { 'policies/everybody.yaml': POLICY }],
  ['without policies, also at a terminal', {}],
])('a configuration that ends in .yml is named by its problem %s', async (_, policies) => {
  const files = repository({ 'countersign.yml': CONFIG, ...policies })
  const fallback = async () => valueOf(parseConfig(requestFile(CONFIG)))
  expect(await readRules(files, 'countersign.yaml', fallback)).toMatchObject({
    problems: [
      {
        code: 'CONFIG_MISSING',
        hint: 'rename countersign.yml, which is not read: mv countersign.yml countersign.yaml',
      },
    ],
  })
})

test('validate lists folders and reads policies once, whatever the number of requests', async () => {
  const asked = async (count: number): Promise<Readonly<Record<string, number>>> => {
    const calls: Record<string, number> = {}
    const counted = (name: string): void => void (calls[name] = (calls[name] ?? 0) + 1)
    const names = Array.from({ length: count }, (_, index) => `jane-${index}`)
    const requests = names.map(name => [`requests/${name}.yaml`, requestText({ name })] as const)
    const plain = repository({ ...PLAIN, ...Object.fromEntries(requests) })
    const watched = (file: RequestFile): RequestFile => ({
      ...file,
      get bytes() {
        if (file.path.startsWith('policies/')) counted(`bytes of ${file.path}`)
        return file.bytes
      },
    })
    const files: RepositoryFiles = {
      description: plain.description,
      read: async path => (counted(`read ${path}`), plain.read(path)),
      list: async folder => (
        counted(`list ${folder}`),
        (await plain.list(folder))?.map(watched) ?? null
      ),
    }
    expect(await validatedIn(files)).toMatchObject({ problems: [], checked: { requests: count } })
    return calls
  }
  const few = await asked(1)
  expect(few).toMatchObject({ 'read countersign.yaml': 1, 'list requests': 1 })
  expect(await asked(30)).toEqual(few)
})

test('of the files in two states of a repository, those with the same bytes are read once', async () => {
  const rules = valueOf(await readRules(repository(PLAIN), 'countersign.yaml', null))
  const state = (blob: string) =>
    parseFiles(
      [
        requestFile(requestText({ name: 'jane' })),
        requestFile(requestText({ name: 'other' }), { path: 'requests/other.yaml', blob }),
      ],
      rules,
    )
  const [older, newer] = [state('1'.repeat(40)), state('2'.repeat(40))]
  expect(newer.requests[0]).toBe(older.requests[0])
  expect(newer.requests[1]).not.toBe(older.requests[1])
})

test('the decision on a request is kept without the answers of all policies', async () => {
  const rules = valueOf(await readRules(repository(PLAIN), 'countersign.yaml', null))
  const parsed = parseFiles([requestFile(requestText({ name: 'jane' }))], rules)
  const now = new Date('2030-06-01T00:00:00Z')
  const judged = judgeRequests(parsed, { rules, folder: '', requesterOf: () => null, now })
  const [decision] = judged.verdicts.values()
  expect(decision).toMatchObject({ decision: 'allowed', by: 'everybody', fixedRoles: [] })
  expect(decision).not.toHaveProperty('explanations')
})

test('a selected folder has its files, and not those of a folder with a longer name', async () => {
  const requests = {
    'requests/people/jane.yaml': requestText({ name: 'jane' }),
    'requests/people-2/other.yaml': requestText({ name: 'other' }),
  }
  const files = { ...PLAIN, ...requests }
  expect(await validated(files, ['requests/people'])).toMatchObject({ checked: { requests: 1 } })
  expect(await validated(files, ['requests'])).toMatchObject({ checked: { requests: 2 } })
  expect(await validated(files, ['requests/people-2/other.yaml'])).toMatchObject({ files: 3 })
  const [problem] = (await validated(files, ['requests/peop', 'requests'])).problems
  expect(problem).toMatchObject({ code: 'REQUEST_NONE' })
})

test('validate reads no file without a configuration', async () => {
  const hint = expect.stringContaining('run: countersign bootstrap --cluster NAME')
  expect(await validated({})).toMatchObject({
    problems: [{ code: 'CONFIG_MISSING', hint }],
    files: 0,
  })
})

describe('a broken policy', () => {
  const broken = {
    ...PLAIN,
    'policies/others.yaml': POLICY.replace('opaque: allow', 'opaque: perhaps'),
  }

  test('a broken policy is reported though no request matches it', async () => {
    expect(await told(broken)).toEqual(['policies/others.yaml FILE_FIELD_VALUE'])
    expect(await validated(broken)).toMatchObject({ files: 3 })
  })

  test('a broken policy is reported once, however many requests it may match', async () => {
    const many = {
      ...broken,
      'policies/everybody.yaml': POLICY.replace('requests/**', 'others/**'),
      'requests/jane.yaml': requestText({ name: 'jane' }),
      'requests/joe.yaml': requestText({ name: 'joe' }),
    }
    expect(await told(many)).toEqual(['policies/others.yaml FILE_FIELD_VALUE'])
  })

  test('a policy name in two files is reported at both', async () => {
    expect(await told({ ...PLAIN, 'policies/twin.yaml': POLICY })).toEqual([
      'policies/everybody.yaml POLICY_NAME_TWICE',
      'policies/twin.yaml POLICY_NAME_TWICE',
    ])
  })
})

test('a request name in two files is reported once, at the later one, also for several clusters', async () => {
  const jane = requestText({ name: 'jane' })
  const twice = { ...PLAIN, 'requests/jane.yaml': jane, 'requests/people/jane.yaml': jane }
  expect(await told(twice)).toEqual(['requests/people/jane.yaml PLAN_NAME_TWICE'])
  const clusters = 'clusters:\n  lab: {provider: other}'
  const [config, both] = [
    PLAIN['countersign.yaml'].replace('clusters:', clusters),
    `${jane}  clusters: [test, lab]\n`,
  ]
  const files = { 'requests/jane.yaml': both, 'requests/people/jane.yaml': both }
  expect(await told({ ...PLAIN, 'countersign.yaml': config, ...files })).toEqual([
    'requests/people/jane.yaml PLAN_NAME_TWICE',
  ])
})

describe('selected paths', () => {
  const broken = requestText({ name: 'joe' }).replace('CertificateRequest', 'Certificate')
  const files = {
    ...PLAIN,
    'requests/people/jane.yaml': requestText({ name: 'jane' }),
    'requests/people/README.md': 'notes',
    'requests/robots/joe.yaml': broken,
    'drafts/mark.yaml': requestText({ name: 'mark' }),
    'README.md': 'notes',
  }
  const codes = async (...paths: readonly string[]) =>
    (await validated(files, paths)).problems.map(({ code }) => code)

  test('only problems of the selected files are reported, and only these files are counted', async () => {
    expect(await validated(files, ['requests/people'])).toMatchObject({
      problems: [],
      files: 3,
      checked: { requests: 1, policies: 1, configurations: 1 },
    })
    expect(await codes('requests/robots/joe.yaml')).toEqual(['FILE_KIND'])
    expect(await codes('')).toEqual(['FILE_KIND'])
  })

  test.each(['README.md', 'requests/people/README.md'])(
    'the path %s selects nothing that is read, which is a problem',
    async path => expect(await codes(path)).toEqual(['REQUEST_NONE']),
  )

  test('a folder outside of the request folder selects nothing, which is a problem', async () => {
    expect(await codes('drafts')).toEqual(['REQUEST_NONE'])
  })

  test.each(['countersign.yaml', 'policies', 'policies/everybody.yaml'])(
    'the path %s selects a rule',
    async path => expect(await codes(path)).toEqual([]),
  )

  test('a named file outside of the request folder is refused for its path', async () => {
    expect(await codes('drafts/mark.yaml')).toEqual(['REQUEST_PATH'])
  })

  test('two requests of one name are found though only one is selected', async () => {
    const twice = { ...files, 'requests/people/twin.yaml': requestText({ name: 'jane' }) }
    const found = await validated(twice, ['requests/people/twin.yaml'])
    expect(found.problems.map(({ code }) => code)).toEqual(['PLAN_NAME_TWICE'])
    expect(found.checked.requests).toBe(0)
  })

  test('a path that does not exist fails', async () => {
    const nowhere = { ...repository(files), list: async () => null }
    const asked = { config: 'countersign.yaml', folder: null, cluster: null, fallback: null }
    const now = new Date('2030-06-01T00:00:00Z')
    await expect(
      validateFiles(nowhere, { ...asked, paths: ['nope'], input: null, now }),
    ).rejects.toThrow('RUN_FILES: there is no file or folder nope')
  })
})

describe('standard input', () => {
  const input = (text: string) => requestFile(text, { path: 'requests/stdin.yaml' })
  const files = { ...PLAIN, 'requests/jane.yaml': requestText({ name: 'jane' }) }

  test('standard input alone is judged by the rules, and not compared with the files', async () => {
    const found = await validated(files, [], input(requestText({ name: 'jane' })))
    expect(found).toMatchObject({ problems: [], files: 3, checked: { requests: 1 } })
  })

  test('a problem in standard input is reported', async () => {
    const found = await validated(files, [], input('kind: Nothing\n'))
    expect(found.problems).toMatchObject([{ code: 'FILE_KIND' }])
    expect(found.checked.requests).toBe(0)
  })

  test('a CSR of standard input is named by its common name, and the hint reads standard input', async () => {
    const path = 'requests/stdin.pem'
    const { pem } = opensslRequest({ subject: '/CN=jane' })
    const policy = POLICY.replace('opaque: allow', 'opaque: deny')
    const more =
      '  - artifact: {names: [jane]}\n  rules: [{rule: "request.commonName == request.name", message: "own name"}]\n'
    const own = { ...files, 'policies/everybody.yaml': `${policy}${more}` }
    const found = await validated(own, [], requestFile(pem, { path }))
    expect(found.problems).toMatchObject([
      { code: 'POLICY_OPAQUE', hint: 'write it in a readable format: countersign import -' },
    ])
  })

  test('standard input and paths are judged together', async () => {
    const found = await validated(files, [''], input(requestText({ name: 'mark' })))
    expect(found).toMatchObject({ problems: [], checked: { requests: 2 } })
  })
})

describe('a repository for nodes', () => {
  const policy = [
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequestPolicy',
    'metadata: {name: nodes}',
    'spec:',
    '  selector: {groups: [system:nodes], signerNames: [kubernetes.io/kubelet-serving]}',
    '  constraints: {maxDuration: 24h}',
    '  approvals: {required: 0}',
  ].join('\n')
  const config = (...more: readonly string[]) =>
    ['apiVersion: countersign.dev/v1', 'kind: Config', 'metadata: {name: acme}', ...more].join('\n')
  const inventory = 'apiVersion: countersign.dev/v1\nkind: NodeInventory\nmetadata: {name: a}\n'
  const known = config('clusters: {prod: {nodeInventory: nodes}}')

  test('it needs no folder of requests, and its inventory is counted', async () => {
    const files = {
      'countersign.yaml': known,
      'policies/nodes.yaml': policy,
      'nodes/a.yaml': `${inventory}spec: {nodes: [{name: n1}]}`,
    }
    expect(await validated(files, [], null, ['requests'])).toMatchObject({
      problems: [],
      warnings: [],
      files: 3,
      checked: { requests: 0, inventories: 1 },
    })
    const named = {
      ...files,
      'countersign.yaml': config('requests: asked', known.slice(known.indexOf('clusters'))),
    }
    await expect(validated(named, [], null, ['asked'])).rejects.toThrow('there is no folder asked')
  })

  test('a fault of its inventory is reported, and so is a folder without files', async () => {
    const files = { 'countersign.yaml': known, 'policies/nodes.yaml': policy }
    expect(await told(files)).toEqual(['countersign.yaml INVENTORY_MISSING'])
    const broken = `${inventory}spec: {nodes: [{name: n1}, {name: n1}]}`
    expect(await told({ ...files, 'nodes/a.yaml': broken })).toEqual([
      'nodes/a.yaml INVENTORY_TWICE',
    ])
  })

  test('a policy for kubelets that has an inventory of another cluster is no warning, unless it names this one', async () => {
    const two = {
      'countersign.yaml': known.replace(/clusters: \{/, 'clusters: {lab: {}, '),
      'policies/nodes.yaml': policy,
      'requests/.keep': '',
      'nodes/a.yaml': `${inventory}spec: {nodes: [{name: n1}]}`,
    }
    expect(await validated(two)).toMatchObject({ problems: [], warnings: [] })
    const named = {
      ...two,
      'policies/nodes.yaml': policy.replace('selector: {', 'selector: {clusters: [lab], '),
    }
    expect((await validated(named)).warnings).toMatchObject([{ code: 'INVENTORY_MISSING' }])
  })

  test('a policy for kubelets of a cluster without an inventory is a warning', async () => {
    const files = {
      'countersign.yaml': config('clusters: {prod: {}}'),
      'policies/nodes.yaml': policy,
      'requests/.keep': '',
    }
    expect(await validated(files)).toMatchObject({
      problems: [],
      warnings: [{ code: 'INVENTORY_MISSING', at: { file: 'policies/nodes.yaml' } }],
    })
  })
})
