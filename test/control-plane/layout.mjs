// What a control plane is made of: its keys and files in a folder, and the flags of its three programs.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeAuthority, makeLeaf, makeTokenKey } from './pki.mjs'

const CONTROLLERS = [
  'csrsigning',
  'csrapproving',
  'csrcleaner',
  'namespace',
  'serviceaccount',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
]

/**
 * Writes keys, certificates and kubeconfigs below `folder`.
 * With `separateClientCa` another CA signs clients than servers, and the bundle the API server trusts for clients
 * begins with the CA that signs none of them: whoever takes the first one is wrong.
 * @param {string} folder empty, readable by its owner only
 * @param {number} port of the API server
 * @param {boolean} separateClientCa
 */
export function writeFiles(folder, port, separateClientCa) {
  const pki = join(folder, 'pki')
  mkdirSync(pki, { mode: 0o700 })
  const serverCa = makeAuthority('kubernetes-ca')
  const clientCa = separateClientCa ? makeAuthority('kubernetes-client-ca') : serverCa
  const names = {
    dnsNames: ['localhost', 'kubernetes.default.svc'],
    ipAddresses: ['127.0.0.1', '10.0.0.1'],
  }
  const apiserver = makeLeaf(
    serverCa,
    { commonName: 'kube-apiserver' },
    { purpose: 'serverAuth', ...names },
  )
  const masters = { commonName: 'admin', organization: 'system:masters' }
  const admin = makeLeaf(clientCa, masters, { purpose: 'clientAuth' })
  const controllers = { commonName: 'system:kube-controller-manager' }
  const controllerManager = makeLeaf(clientCa, controllers, { purpose: 'clientAuth' })
  const token = makeTokenKey()
  const server = `https://127.0.0.1:${port}`
  const bundle = separateClientCa ? serverCa.certPem + clientCa.certPem : serverCa.certPem
  const write = (name, text) => writeSecretly(join(pki, name), text)
  return {
    server,
    admin,
    caPem: serverCa.certPem,
    clientCaPem: clientCa.certPem,
    caPath: write('ca.crt', serverCa.certPem),
    caKeyPath: write('ca.key', serverCa.keyPem),
    clientCaPath: write('client-ca.crt', clientCa.certPem),
    clientCaKeyPath: write('client-ca.key', clientCa.keyPem),
    clientBundlePath: write('client-ca-bundle.crt', bundle),
    apiserverCertPath: write('apiserver.crt', apiserver.certPem),
    apiserverKeyPath: write('apiserver.key', apiserver.keyPem),
    tokenKeyPath: write('sa.key', token.keyPem),
    tokenPublicPath: write('sa.pub', token.publicPem),
    kubeconfig: writeSecretly(
      join(folder, 'admin.kubeconfig'),
      kubeconfig(server, serverCa, admin),
    ),
    controllerManagerKubeconfig: writeSecretly(
      join(folder, 'controller-manager.kubeconfig'),
      kubeconfig(server, serverCa, controllerManager),
    ),
  }
}

/** @param {{ client: number, peer: number }} ports */
export function etcdArgs(folder, ports) {
  const client = `http://127.0.0.1:${ports.client}`
  const peer = `http://127.0.0.1:${ports.peer}`
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    '--unsafe-no-fsync',
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ]
}

/** @param {ReturnType<typeof writeFiles>} files */
export function apiserverArgs(files, etcdPort, more = []) {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--secure-port=${new URL(files.server).port}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // Kubernetes 1.37 announces no loopback address; nothing here asks for its endpoints.
    '--endpoint-reconciler-type=none',
    `--tls-cert-file=${files.apiserverCertPath}`,
    `--tls-private-key-file=${files.apiserverKeyPath}`,
    `--client-ca-file=${files.clientBundlePath}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.tokenPublicPath}`,
    `--service-account-signing-key-file=${files.tokenKeyPath}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    // Kubernetes takes one of the two.
    ...(more.some(flag => flag.startsWith('--authorization-config='))
      ? []
      : ['--authorization-mode=Node,RBAC']),
    '--enable-admission-plugins=NodeRestriction',
    ...more,
  ]
}

/**
 * Who may log in beside client certificates and service accounts; not together with --oidc-* flags.
 * @param {string | undefined} text an AuthenticationConfiguration, absent for none
 */
export function authenticationArgs(folder, text) {
  if (text === undefined) return []
  return [`--authentication-config=${writeSecretly(join(folder, 'authentication.yaml'), text)}`]
}

/**
 * Without --use-service-account-credentials nothing is ever signed: the shared identity has no right to sign.
 * @param {ReturnType<typeof writeFiles>} files
 * @param {number | undefined} qps writes a second of the signer; absent: Kubernetes' own 20
 */
export function controllerManagerArgs(files, port, qps, more = []) {
  return [
    `--kubeconfig=${files.controllerManagerKubeconfig}`,
    `--secure-port=${port}`,
    '--bind-address=127.0.0.1',
    '--leader-elect=false',
    '--use-service-account-credentials=true',
    `--cluster-signing-cert-file=${files.clientCaPath}`,
    `--cluster-signing-key-file=${files.clientCaKeyPath}`,
    `--root-ca-file=${files.caPath}`,
    `--service-account-private-key-file=${files.tokenKeyPath}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    ...(qps === undefined ? [] : [`--kube-api-qps=${qps}`, `--kube-api-burst=${qps}`]),
    ...more,
  ]
}

function kubeconfig(server, ca, { certPem, keyPem }) {
  const base64 = text => Buffer.from(text).toString('base64')
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: countersign-test',
    '  cluster:',
    `    server: ${server}`,
    `    certificate-authority-data: ${base64(ca.certPem)}`,
    'users:',
    '- name: admin',
    '  user:',
    `    client-certificate-data: ${base64(certPem)}`,
    `    client-key-data: ${base64(keyPem)}`,
    'contexts:',
    '- name: countersign-test',
    '  context: {cluster: countersign-test, user: admin}',
    'current-context: countersign-test',
    '',
  ].join('\n')
}

function writeSecretly(path, text) {
  writeFileSync(path, text, { mode: 0o600 })
  return path
}
