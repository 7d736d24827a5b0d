// The readers of untrusted bytes, each as a function that must return a value or problems and never throw. The modules are
// parameters, so that the fuzzer runs the compiled ones and the tests the sources.

/**
 * @typedef {{ name: string, kind: 'der' | 'text', extension: string, read: (bytes: Uint8Array) => unknown }} Target
 *   extension: seeds are the files that end so
 */

/** @returns {readonly Target[]} */
export function targetsOf(modules) {
  const { parseRequest, parseConfig, parsePolicy, inspectFile, nodeKeys, Secret } = modules
  const opener = { keys: nodeKeys, password: new Secret('') }
  const { readPkcs10, readCertificate, readCertificates, readName, readSans, readPublicKey } =
    modules
  const { decodePem, decodePemBlocks } = modules
  const file = (path, bytes) => ({
    path,
    bytes,
    mode: '100644',
    blob: '0'.repeat(40),
    uncommitted: null,
  })
  const request = extension => bytes =>
    parseRequest(file(`requests/jane${extension}`, bytes), 'requests')
  const text = bytes => new TextDecoder().decode(bytes)
  return [
    { name: 'pkcs10', kind: 'der', extension: '.csr', read: readPkcs10 },
    { name: 'certificate', kind: 'der', extension: '.csr', read: readCertificate },
    { name: 'name', kind: 'der', extension: '.csr', read: readName },
    { name: 'sans', kind: 'der', extension: '.csr', read: readSans },
    { name: 'public-key', kind: 'der', extension: '.csr', read: readPublicKey },
    {
      name: 'pem',
      kind: 'text',
      extension: '.csr',
      read: bytes => [
        decodePem(text(bytes), 'CERTIFICATE REQUEST'),
        decodePemBlocks(text(bytes)),
        readCertificates(text(bytes)),
      ],
    },
    { name: 'request-yaml', kind: 'text', extension: '.yaml', read: request('.yaml') },
    { name: 'request-json', kind: 'text', extension: '.json', read: request('.json') },
    { name: 'request-cnf', kind: 'text', extension: '.cnf', read: request('.cnf') },
    { name: 'request-csr', kind: 'text', extension: '.csr', read: request('.csr') },
    {
      name: 'config',
      kind: 'text',
      extension: 'countersign.yaml',
      read: bytes => parseConfig(file('countersign.yaml', bytes)),
    },
    {
      name: 'policy',
      kind: 'text',
      extension: 'policy.yaml',
      read: bytes => parsePolicy(file('policies/people.yaml', bytes)),
    },
    {
      name: 'inspect',
      kind: 'text',
      extension: '.yaml',
      read: bytes => inspectFile('file', bytes, opener),
    },
  ]
}
