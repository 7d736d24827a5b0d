// Waits until a control plane really does its work: ready, its CA published, and a certificate signed.
import { setTimeout as sleep } from 'node:timers/promises'
import { openClient } from './client.mjs'
import { makeRequest } from './pki.mjs'

const POLL = 100
const PROBE = 'control-plane-probe'
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const AUTHENTICATION =
  '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'

/**
 * @param {{ server: string, ca: string, cert: string, key: string }} credential of a cluster administrator
 * @param {{ deadline: number, alive: () => void }} limits epoch milliseconds; `alive` throws when a process has ended
 */
export async function waitForApiServer(credential, limits) {
  const client = openClient(credential)
  const ready = async () => (await client.call('GET', '/readyz')).status === 200
  try {
    await until('kube-apiserver to be ready', () => ready().catch(() => false), limits)
  } finally {
    client.close()
  }
}

/** @param {Parameters<typeof waitForApiServer>[0]} credential @param {Parameters<typeof waitForApiServer>[1]} limits */
export async function waitForSigner(credential, limits) {
  const client = openClient(credential)
  const has = path => client.call('GET', path).then(answer => answer.status === 200)
  try {
    await until('the CA of clients to be published', () => has(AUTHENTICATION), limits)
    await approveProbe(client.call)
    const signed = async () => {
      const { body } = await client.call('GET', `${REQUESTS}/${PROBE}`)
      return typeof body.status?.certificate === 'string'
    }
    await until('kube-controller-manager to sign a certificate', signed, limits)
    await client.call('DELETE', `${REQUESTS}/${PROBE}`)
    const account = '/api/v1/namespaces/default/serviceaccounts/default'
    await until('the namespace default and its service account', () => has(account), limits)
  } finally {
    client.close()
  }
}

/** @param {import('./client.mjs').Client} call */
async function approveProbe(call) {
  const pem = makeRequest({ commonName: PROBE })
  const created = await call('POST', REQUESTS, {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: PROBE },
    spec: {
      request: Buffer.from(pem).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
      expirationSeconds: 600,
    },
  })
  expectStatus(created, 201)
  const condition = { type: 'Approved', status: 'True', reason: 'Probe', message: 'start-up check' }
  const approved = { ...created.body, status: { conditions: [condition] } }
  expectStatus(await call('PUT', `${REQUESTS}/${PROBE}/approval`, approved), 200)
}

function expectStatus(answer, status) {
  if (answer.status === status) return
  throw new Error(`the API server answered ${answer.status}: ${JSON.stringify(answer.body)}`)
}

async function until(what, check, { deadline, alive }) {
  while (!(await check())) {
    alive()
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await sleep(POLL)
  }
}
