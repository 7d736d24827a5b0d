// An unknown name in a flag or an argument is refused, never ignored.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'

let workshop: Workshop
beforeAll(() => {
  workshop = new Workshop()
  const more = ['people: [{name: jane, login: author, id: 1001}]']
  workshop.write('other.yaml', configText({ owner: 'acme', namespace: 'apps', more }))
  workshop.write('countersign.yaml', configText({ owner: 'acme', namespace: 'apps', more }))
  workshop.write('policies/everybody.yaml', policyText('apps'))
  workshop.write('requests/people/jane.yaml', requestText({ name: 'jane' }))
  workshop.commit()
})
afterAll(() => workshop.end())

const NO_CLUSTER = 'CONFIG_CLUSTER_UNKNOWN  there is no cluster "tset"'
const NO_LOGIN = 'RUN_USAGE  nobody in people of the configuration has the login "auhtor"'
const NO_FOLDER = 'RUN_FILES  there is no folder requests/nope'

test.each([
  ['plan --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['plan --base HEAD --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['plan --config other.yaml --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['status --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['doctor --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  [
    'plan --base HEAD requests/people/jane.yaml',
    'there is no request called requests/people/jane.yaml',
    'give the name, not the file: jane',
  ],
  ['validate --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['csr list --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['manifests identity --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['new kim --cluster tset', NO_CLUSTER, 'did you mean "test"?'],
  ['plan --requester auhtor', NO_LOGIN, 'did you mean "author"?'],
  ['apply --requester auhtor', NO_LOGIN, 'did you mean "author"?'],
  ['new kim --requester auhtor', NO_LOGIN, 'did you mean "author"?'],
  [
    'policy explain requests/people/jane.yaml --requester auhtor',
    NO_LOGIN,
    'did you mean "author"?',
  ],
  ['policy explain jnae', 'there is no file and no request jnae', 'did you mean "jane"?'],
  ['manifests guadr', "unknown command 'guadr'", 'did you mean guard?'],
  ['kubeconfig jane --key k --pr x', '--pr "x" is not the number of a pull request', '--pr NUMBER'],
  [
    'kubeconfig jane --key k --pr 7 --artifact jane',
    '--artifact and --pr name different places',
    'keep one',
  ],
  [
    'inspect countersign.yaml --password-env NOPE',
    'the environment variable NOPE of --password-env is not set',
    'export NOPE',
  ],
  ['inspect nope', 'nope cannot be read: there is no such file', 'RUN_FILES'],
  ['inspect policies', 'policies cannot be read: it is a folder', 'RUN_FILES'],
  ['manifests identity --user=', '--user is empty', 'leave it out'],
  ['new kim --token-env=', '--token-env is empty', 'leave it out'],
  ['controller --approve a/b --approve c/d', '--approve is given twice', 'separated by commas'],
  ['doctor --approvers a --approvers b', '--approvers is given twice', 'separated by commas'],
  ['doctor --cluster test --cluster test', '--cluster is given twice. Keep one', 'doctor --help'],
  ['status -o xml', '--output xml is not one of text, json, yaml, wide', 'RUN_USAGE'],
  ['status -o wide -o json', '--output is given twice. Keep one', 'status --help'],
  ['manifests revoker --user bob --group ops', '--user and --group name two subjects', 'one of'],
  ['manifests identity --user bob --group ops', '--user and --group name two subjects', 'one of'],
  ['manifests rbac --user bob --group ops', '--user and --group name two subjects', 'one of'],
  [
    'import --nodes --to nodes/a.yaml',
    '--nodes cannot be combined with --to',
    'countersign import --nodes > nodes/a.yaml',
  ],
  ['import --nodes --adopt', '--nodes cannot be combined with --adopt', 'prints to stdout'],
  [
    'doctor --environment prd --approvers octo\u00A0hubot',
    '--approvers "octo\u00A0hubot" has a space',
    'separate the names by commas',
  ],
  ['new kim --until 2m', '--until 2m is over or too soon', 'try 4h'],
  [
    'kubeconfig jane',
    'the private key of jane; it is only in Secret apps/jane-tls',
    'kubectl get secret',
  ],
  ['kubeconfig jane --key k', 'k cannot be read: there is no such file', '--key FILE'],
  ['apply jane --prove', '--prove applies every request', 'leave the names out'],
  [
    'apply --prove --max-issue 1',
    '--prove cannot be combined with --max-issue',
    'leave --max-issue out',
  ],
  [
    `apply --prove --requests requests --trusted-config sha256:${'0'.repeat(64)}`,
    '--prove cannot be combined with --requests',
    'leave --requests out',
  ],
  ['apply --max-issue 0', '--max-issue must be a whole number from 1', '--max-issue 100'],
  ['apply --max-issue=-1', 'to 999999 (got "-1")', '--max-issue 100'],
  ['apply --max-issue many', 'to 999999 (got "many")', '--max-issue 100'],
  [
    'import requests/people/jane.yaml --name Jane_D',
    '--name "Jane_D" is not a name for a request',
    '--name deployer',
  ],
  ['apply --comment', '--comment needs --prove', 'add --prove'],
  ['completion tcsh', 'there is no completion for tcsh', 'bash, zsh, fish'],
  ['kubeconfig jane --embed-key --merge --out f', 'both name a file', 'use one of them'],
  ['kubeconfig jane --out -', 'to stdout or to a file', 'name a file other than -'],
  ['kubeconfig jane --merge -', 'to stdout or to a file', 'name a file other than -'],
  ['new kim --group=,', '--group names no group', 'leave --group out'],
  ['plan --base HEAD --requests requests/nope', NO_FOLDER, 'or name the folder with --requests'],
  ['plan --requests nope', 'RUN_USAGE  nope is not in the folder requests', 'narrows the plan'],
  ['validate --requests requests/nope', NO_FOLDER, 'or name the folder with --requests'],
])('countersign %s is refused with a hint', async (line, message, hint) => {
  const ran = await workshop.run(line.split(' '))
  expect([ran.code, ran.stdout]).toEqual([2, ''])
  expect(ran.stderr).toContain(message)
  expect(ran.stderr).toContain(hint)
})

test('kubeconfig refuses another output format', async () => {
  const ran = await workshop.run(['kubeconfig', 'jane', '-o', 'json'])
  expect([ran.code, JSON.parse(ran.stdout)]).toMatchObject([2, { problems: [{ code: 'RUN_USAGE' }] }])
}) // prettier-ignore

test('an unknown cluster is reported in JSON with -o json', async () => {
  const ran = await workshop.run(['plan', '--cluster', 'tset', '-o', 'json'])
  expect([ran.code, ran.stderr]).toEqual([2, ''])
  expect(JSON.parse(ran.stdout)).toMatchObject({
    version: 'countersign.dev/report/v1',
    problems: [{ code: 'CONFIG_CLUSTER_UNKNOWN', hint: 'did you mean "test"?' }],
  })
})

test('a removed folder can be planned while it withdraws a request', async () => {
  workshop.remove('requests/people')
  const ran = await workshop.run(['plan', '--base', 'HEAD', '--requests', 'requests/people'])
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  expect(ran.stdout).toContain('jane  withdraw')
})
