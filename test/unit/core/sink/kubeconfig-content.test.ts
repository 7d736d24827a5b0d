import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { clientKubeconfig } from '../../../../src/core/sink/secret-layout.ts'
import type { ClientLogin } from '../../../../src/core/sink/secret-layout.ts'

const LOGIN: ClientLogin = {
  cluster: 'prod',
  server: 'https://10.0.0.1:6443',
  serverCa: 'the CA of the server',
  user: 'jane',
  certificate: 'the certificate',
  key: new Secret('the key'),
}
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a kubeconfig', () => {
  test('a kubeconfig holds server, CA, certificate and key, and one context', () => {
    expect(parse(clientKubeconfig(LOGIN).reveal())).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'prod',
          cluster: {
            server: LOGIN.server,
            'certificate-authority-data': base64('the CA of the server'),
          },
        },
      ],
      users: [
        {
          name: 'jane@prod',
          user: {
            'client-certificate-data': base64('the certificate'),
            'client-key-data': base64('the key'),
          },
        },
      ],
      contexts: [{ name: 'jane@prod', context: { cluster: 'prod', user: 'jane@prod' } }],
      'current-context': 'jane@prod',
    })
  })

  test('a kubeconfig leaves the CA to the system where the configuration has none', () => {
    const [{ cluster }] = parse(clientKubeconfig({ ...LOGIN, serverCa: null }).reveal()).clusters
    expect(cluster).toEqual({ server: LOGIN.server })
  })

  test('a kubeconfig prints as [secret] and does not wrap its lines', () => {
    const key = new Secret('k'.repeat(4000))
    const made = clientKubeconfig({ ...LOGIN, key })
    expect(`${String(made)} ${JSON.stringify({ made })}`).toBe('[secret] {"made":"[secret]"}')
    expect(made.reveal()).toContain(`client-key-data: ${base64('k'.repeat(4000))}\n`)
  })
})
