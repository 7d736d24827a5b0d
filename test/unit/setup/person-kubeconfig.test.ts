import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { kubeconfigText } from '../../../src/lib/source/kubeconfig-text.ts'
import { isOwnUser, loginProgram, personKubeconfig } from '../../../src/setup/person-kubeconfig.ts'

const KEY = new Secret('the key')
const SETTINGS = {
  name: 'jane',
  cluster: 'prod',
  repository: 'acme/certs',
  keyPath: '/keys/jane.key',
  secret: null,
  artifact: null,
  config: null,
  tokenEnv: null,
  env: {},
}
const SERVER = { name: 'jane', cluster: 'prod', server: 'https://10.0.0.1:6443', serverCa: null }
const EMBEDDED = personKubeconfig({
  ...SERVER,
  login: { certificate: 'the certificate', key: KEY },
})
const PROGRAM = personKubeconfig({ ...SERVER, login: loginProgram(SETTINGS) })

const userOf = (made: typeof PROGRAM) => parse(kubeconfigText(made).reveal()).users[0].user

describe('the kubeconfig of a person', () => {
  test('the user entry runs countersign credential with all that it needs, and holds no secret', () =>
    expect(userOf(PROGRAM)).toEqual({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command: 'countersign',
        args: [
          'credential',
          'jane',
          '--cluster',
          'prod',
          '--repository',
          'acme/certs',
          '--key',
          '/keys/jane.key',
        ],
        installHint: expect.stringContaining('npm install --global countersign'),
        interactiveMode: 'Never',
        provideClusterInfo: false,
      },
    }))

  test('the entry names the other settings only if they are not the default', () => {
    const login = loginProgram({
      ...SETTINGS,
      config: 'other.yaml',
      tokenEnv: 'T',
      env: { GITHUB_API_URL: 'https://ghe/api/v3' },
    })
    expect(login.args.slice(-5)).toEqual([
      '/keys/jane.key',
      '--config',
      'other.yaml',
      '--token-env',
      'T',
    ])
    expect(userOf(personKubeconfig({ ...SERVER, login })).exec.env).toEqual([
      { name: 'GITHUB_API_URL', value: 'https://ghe/api/v3' },
    ])
  })

  test('user and context are called name@cluster', () =>
    expect(PROGRAM).toMatchObject({ cluster: 'prod', user: 'jane@prod', context: 'jane@prod' }))
})

describe('a user entry', () => {
  test('an entry of our program or with our key is ours', () => {
    expect(isOwnUser(userOf(PROGRAM), 'jane', KEY)).toBe(true)
    expect(isOwnUser(userOf(EMBEDDED), 'jane', KEY)).toBe(true)
  })

  test('an entry of another program, request or key is not ours', () => {
    expect(isOwnUser(userOf(PROGRAM), 'mark', KEY)).toBe(false)
    expect(isOwnUser(userOf(EMBEDDED), 'jane', new Secret('other'))).toBe(false)
    const args = ['credential', 'jane']
    expect(isOwnUser({ exec: { command: 'aws', args } }, 'jane', KEY)).toBe(false)
    expect(isOwnUser({ exec: { command: 'countersign', args: 'credential' } }, 'jane', KEY)).toBe(
      false,
    )
    expect(isOwnUser({ token: 'x' }, 'jane', KEY)).toBe(false)
  })
})
