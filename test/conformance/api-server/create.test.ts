import { describe, expect, test } from '@jest/globals'
import { SECOND } from '../../build/api-object.ts'
import { describeSubjects } from '../../build/subjects.ts'
import {
  createRequest,
  invalidText,
  plainRequest,
  SIGNING_REQUESTS,
  signingRequest,
} from '../../build/signing-requests.ts'

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const USAGES =
  '"any", "cert sign", "client auth", "code signing", "content commitment", "crl sign", "data encipherment", "decipher only", "digital signature", "email protection", "encipher only", "ipsec end system", "ipsec tunnel", "ipsec user", "key agreement", "key encipherment", "microsoft sgc", "netscape sgc", "ocsp signing", "s/mime", "server auth", "signing", "timestamping"'
const FORM = "must be a fully qualified domain and path of the form 'example.com/signer-name'"
const SHORT = 'may not specify a duration less than 600 seconds (10 minutes)'
const TWO_SEGMENTS = 'should be a domain with at least two segments separated by dots'

describeSubjects('creating a CertificateSigningRequest', subject => {
  const dryRun = `${SIGNING_REQUESTS}?dryRun=All`

  test.each([
    [
      'no request',
      { request: undefined },
      'spec.request: Invalid value: null: PEM block type must be CERTIFICATE REQUEST',
    ],
    [
      'an empty request',
      { request: '' },
      'spec.request: Invalid value: "": PEM block type must be CERTIFICATE REQUEST',
    ],
    [
      'text that is no PEM',
      { request: 'YWJj' },
      'spec.request: Invalid value: "YWJj": PEM block type must be CERTIFICATE REQUEST',
    ],
    ['no usages', { usages: undefined }, 'spec.usages: Required value'],
    ['null usages', { usages: null }, 'spec.usages: Required value'],
    ['empty usages', { usages: [] }, 'spec.usages: Required value'],
    [
      'an unknown usage',
      { usages: ['client auth', 'x'] },
      `spec.usages[1]: Unsupported value: "x": supported values: ${USAGES}`,
    ],
    [
      'a usage in capitals',
      { usages: ['Client Auth'] },
      `spec.usages[0]: Unsupported value: "Client Auth": supported values: ${USAGES}`,
    ],
    [
      'a usage twice',
      { usages: ['client auth', 'client auth'] },
      'spec.usages[1]: Duplicate value: "client auth"',
    ],
    [
      '599 seconds',
      { expirationSeconds: 599 },
      `spec.expirationSeconds: Invalid value: 599: ${SHORT}`,
    ],
    ['0 seconds', { expirationSeconds: 0 }, `spec.expirationSeconds: Invalid value: 0: ${SHORT}`],
    [
      'negative seconds',
      { expirationSeconds: -1 },
      `spec.expirationSeconds: Invalid value: -1: ${SHORT}`,
    ],
    ['no signer name', { signerName: undefined }, 'spec.signerName: Required value'],
    [
      'the legacy signer',
      { signerName: 'kubernetes.io/legacy-unknown' },
      'spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName is not allowed via this API version',
    ],
    [
      'a signer without a slash',
      { signerName: 'example.com' },
      `spec.signerName: Invalid value: "example.com": ${FORM}`,
    ],
    [
      'a signer with two slashes',
      { signerName: 'example.com/a/b' },
      `spec.signerName: Invalid value: "example.com/a/b": ${FORM}`,
    ],
    [
      'a signer of one label',
      { signerName: 'example/a' },
      `spec.signerName: Invalid value: "example": ${TWO_SEGMENTS}`,
    ],
    [
      'a signer domain in capitals',
      { signerName: 'Example.com/a' },
      `spec.signerName: Invalid value: "Example.com": validating label "Example": ${LABEL}`,
    ],
    [
      'a label of 64 letters',
      { signerName: `${'a'.repeat(64)}.com/a` },
      `spec.signerName: Invalid value: "${'a'.repeat(64)}.com": validating label "${'a'.repeat(64)}": must be no more than 63 characters`,
    ],
    [
      'an underscore in the path',
      { signerName: 'example.com/a_b' },
      `spec.signerName: Invalid value: "a_b": validating label "a_b": ${SUBDOMAIN}`,
    ],
    [
      'an empty path',
      { signerName: 'example.com/' },
      `spec.signerName: Invalid value: "": validating label "": ${SUBDOMAIN}`,
    ],
    [
      'a domain over 253 bytes',
      { signerName: `${'a.'.repeat(127)}a/b` },
      'spec.signerName: Too long: may not be more than 253 bytes',
    ],
    [
      'three faults at once',
      { usages: [], signerName: '', expirationSeconds: 1 },
      `[spec.usages: Required value, spec.signerName: Required value, spec.expirationSeconds: Invalid value: 1: ${SHORT}]`,
    ],
  ])('a create with %s is refused', async (_what, spec, text) => {
    const name = subject().name('refused')
    const answer = await subject().admin.post(SIGNING_REQUESTS, signingRequest(name, spec))
    expect([answer.code, answer.body.message]).toEqual([422, invalidText(name, text)])
    expect(answer.body.reason).toBe('Invalid')
  })

  test('the refusal lists each fault as a cause', async () => {
    const name = subject().name('causes')
    const object = signingRequest(name, { usages: [], expirationSeconds: 1 })
    const answer = await subject().admin.post(SIGNING_REQUESTS, object)
    expect(answer.body.details).toEqual({
      name,
      group: 'certificates.k8s.io',
      kind: 'CertificateSigningRequest',
      causes: [
        { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.usages' },
        {
          reason: 'FieldValueInvalid',
          message: `Invalid value: 1: ${SHORT}`,
          field: 'spec.expirationSeconds',
        },
      ],
    })
  })

  const HANDLED =
    'CertificateSigningRequest in version "v1" cannot be handled as a CertificateSigningRequest: '
  const SPEC = 'into Go struct field CertificateSigningRequestSpec.spec'
  test.each([
    ['base64 that is none', { request: '***' }, 'illegal base64 data at input byte 0'],
    ['base64 without padding', { request: 'YWJjZA' }, 'illegal base64 data at input byte 4'],
    [
      'too large a number',
      { expirationSeconds: 4294967296 },
      `json: cannot unmarshal number 4294967296 ${SPEC}.expirationSeconds of type int32`,
    ],
    [
      'a fraction',
      { expirationSeconds: 1.5 },
      `json: cannot unmarshal number 1.5 ${SPEC}.expirationSeconds of type int32`,
    ],
    [
      'seconds as text',
      { expirationSeconds: '600' },
      `json: cannot unmarshal string ${SPEC}.expirationSeconds of type int32`,
    ],
    [
      'usages as text',
      { usages: 'client auth' },
      `json: cannot unmarshal string ${SPEC}.usages of type []v1.KeyUsage`,
    ],
    [
      'a usage as a number',
      { usages: [5] },
      `json: cannot unmarshal number ${SPEC}.usages of type v1.KeyUsage`,
    ],
  ])('a create with %s is a decoding error', async (_what, spec, text) => {
    const answer = await subject().admin.post(SIGNING_REQUESTS, signingRequest('x', spec))
    expect([answer.code, answer.body.message]).toEqual([400, HANDLED + text])
  })

  test('an unknown member is a warning, and an error under strict validation', async () => {
    const object = signingRequest(subject().name('strict'), { bogus: 1 })
    const warned = await subject().admin.post(dryRun, object)
    expect([warned.code, warned.headers['warning']]).toEqual([
      201,
      '299 - "unknown field \\"spec.bogus\\""',
    ])
    const strict = await subject().admin.post(`${dryRun}&fieldValidation=Strict`, object)
    expect([strict.code, strict.body.message]).toEqual([
      400,
      `${HANDLED}strict decoding error: unknown field "spec.bogus"`,
    ])
  })

  test.each([
    ['a slash', 'a/b', "may not contain '/'"],
    ['a percent sign', 'a%b', "may not contain '%'"],
    ['only a dot', '.', "may not be '.'"],
    ['two dots', '..', "may not be '..'"],
  ])('a name with %s is refused', async (_what, name, text) => {
    const answer = await subject().admin.post(SIGNING_REQUESTS, signingRequest(name))
    const expected = `metadata.name: Invalid value: ${JSON.stringify(name)}: ${text}`
    expect([answer.code, answer.body.message]).toEqual([422, invalidText(name, expected)])
  })

  test.each(['Upper Case', 'system:x', 'ümläut', 'a'.repeat(300)])(
    'the name %s is accepted',
    async base => {
      const answer = await subject().admin.post(dryRun, signingRequest(subject().name(base)))
      expect(answer.code).toBe(201)
    },
  )

  test('a name is required, or made from generateName', async () => {
    const nameless = await subject().admin.post(dryRun, signingRequest(''))
    expect(nameless.body.message).toBe(
      invalidText('', 'metadata.name: Required value: name or generateName is required'),
    )
    const metadata = { generateName: 'cs-' }
    const made = await subject().admin.post(dryRun, signingRequest('', {}, { metadata }))
    expect(made.body.metadata.name).toMatch(/^cs-[a-z0-9]{5}$/)
  })

  test('annotations over 256 KiB are refused', async () => {
    const name = subject().name('annotations')
    const metadata = { name, annotations: { a: 'x'.repeat(262_144) } }
    const answer = await subject().admin.post(dryRun, signingRequest(name, {}, { metadata }))
    const text = 'metadata.annotations: Too long: may not be more than 262144 bytes'
    expect([answer.code, answer.body.message]).toEqual([422, invalidText(name, text)])
  })

  describe('a created object', () => {
    test('the server sets the requester, whatever the client claims', async () => {
      const claimed = { username: 'evil', uid: 'u', groups: ['g'], extra: { e: ['v'] } }
      const object = await createRequest(subject(), 'stamped', claimed)
      expect(object.spec).toMatchObject({
        username: 'admin',
        groups: ['system:masters', 'system:authenticated'],
      })
      expect(object.spec).not.toHaveProperty('uid')
      expect(Object.keys(object.spec.extra)).toEqual(['authentication.kubernetes.io/credential-id'])
      expect(object.spec.extra['authentication.kubernetes.io/credential-id']?.[0]).toMatch(
        /^X509SHA256=[0-9a-f]{64}$/,
      )
    })

    test('the status is empty, whatever the client claims', async () => {
      const name = subject().name('status')
      const status = { certificate: 'YQ==', conditions: [{ type: 'Approved', status: 'True' }] }
      const answer = await subject().admin.post(dryRun, signingRequest(name, {}, { status }))
      expect(answer.body.status).toEqual({})
    })

    test('the server sets uid, resourceVersion and a creation time in seconds', async () => {
      const { metadata } = await createRequest(subject(), 'metadata')
      expect(metadata.uid).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
      expect(metadata.resourceVersion).toMatch(/^\d+$/)
      expect(metadata.creationTimestamp).toMatch(SECOND)
      expect(metadata).not.toHaveProperty('managedFields')
    })

    test('the object has no namespace, and no expirationSeconds if none was set', async () => {
      const name = subject().name('scope')
      const metadata = { name, namespace: 'default' }
      const answer = await subject().admin.post(dryRun, signingRequest(name, {}, { metadata }))
      expect(answer.code).toBe(201)
      expect(answer.body.metadata).not.toHaveProperty('namespace')
      expect(answer.body.spec).not.toHaveProperty('expirationSeconds')
      expect(answer.body.spec.request).toBe(plainRequest())
    })
  })

  test('a dry run stores nothing and sets no resourceVersion', async () => {
    const name = subject().name('dry')
    const answer = await subject().admin.post(dryRun, signingRequest(name))
    expect(answer.code).toBe(201)
    expect(answer.body.metadata).not.toHaveProperty('resourceVersion')
    expect(answer.body.metadata.uid).toBeDefined()
    expect((await subject().admin.get(`${SIGNING_REQUESTS}/${name}`)).code).toBe(404)
  })

  test('All is the only dry run', async () => {
    const answer = await subject().admin.post(
      `${SIGNING_REQUESTS}?dryRun=Server`,
      signingRequest('x'),
    )
    expect([answer.code, answer.body.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Server"]: supported values: "All"',
    ])
  })

  test('an existing name is refused, in a dry run too, after every other fault', async () => {
    const { metadata } = await createRequest(subject(), 'taken')
    const again = await subject().admin.post(dryRun, signingRequest(metadata.name))
    expect([again.code, again.body.reason, again.body.message]).toEqual([
      409,
      'AlreadyExists',
      `certificatesigningrequests.certificates.k8s.io "${metadata.name}" already exists`,
    ])
    const worse = await subject().admin.post(dryRun, signingRequest(metadata.name, { usages: [] }))
    expect(worse.code).toBe(422)
  })

  test('a create with a resourceVersion is refused', async () => {
    const metadata = { name: subject().name('rv'), resourceVersion: '5' }
    const object = signingRequest('', {}, { metadata })
    const answer = await subject().admin.post(SIGNING_REQUESTS, object)
    expect([answer.code, answer.body.message]).toEqual([
      500,
      'resourceVersion should not be set on objects to be created',
    ])
  })

  test('a body over 3 MiB is refused', async () => {
    const object = signingRequest('big', { request: 'A'.repeat(3_200_000) })
    const answer = await subject().admin.post(SIGNING_REQUESTS, object)
    expect([answer.code, answer.body.message]).toEqual([
      413,
      'Request entity too large: limit is 3145728',
    ])
  })
})
