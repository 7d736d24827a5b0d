// Files of every format at the command line: validate reads each sample, import writes them in our own format.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configText, policyText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'
import type { ShownProblem } from '../build/shown-json.ts'
const SAMPLES = new URL('../fixtures/requests/good/', import.meta.url)
const names = readdirSync(SAMPLES).filter(name => !name.endsWith('.remarks'))
const ISSUERS = ['issuers:', '- {name: team, kind: ClusterIssuer, signerName: example.com/team}']

describe('countersign, on files of every format', () => {
  const workshop = new Workshop()
  beforeAll(() => {
    workshop.write(
      'countersign.yaml',
      configText({ owner: 'acme', namespace: 'apps', more: ISSUERS }),
    )
    workshop.write('policies/everybody.yaml', policyText('apps'))
    for (const [index, name] of names.entries())
      workshop.write(`requests/s${index}/${name}`, readFileSync(new URL(name, SAMPLES)))
    workshop.write(
      'elsewhere/deployer.json',
      '{"CN": "deployer", "hosts": ["deployer.example.com:8443"]}',
    )
  })
  afterAll(() => workshop.end())

  test('validate reads every sample, and only policies and rules report problems', async () => {
    const ran = await workshop.run(['validate', '-o', 'json'])
    const { problems } = JSON.parse(ran.stdout)
    const readers = problems.filter(({ code }: ShownProblem) =>
      /^(?:REQUEST|X509)_(?!.*(?:MISSING|CLUSTER_UNKNOWN)$)/.test(code),
    )
    expect(readers).toEqual([])
    const places = problems.flatMap(({ at }: ShownProblem) => (at === null ? [] : [at.file]))
    expect(new Set(places).size).toBeGreaterThan(10)
  })

  test('import writes a file of another format as a CertificateRequest, lists what it kept, and overwrites nothing', async () => {
    const from = `requests/s${names.indexOf('jane.cnf')}/jane.cnf`
    const to = from.replace('.cnf', '.yaml')
    const ran = await workshop.run(['import', from])
    expect([ran.code, ran.stdout.split('\n')[0]]).toEqual([0, `wrote ${to}`])
    expect(ran.stdout).toMatch(/^taken\n/m)
    expect(ran.stdout).toMatch(/^left to the defaults\n/m)
    expect(ran.stdout).toContain(`refused: rm ${from}`)
    expect(workshop.read(to)).toContain('kind: CertificateRequest')
    workshop.edit(to, 'kind: CertificateRequest', 'kind: Other')
    const again = await workshop.run(['import', from])
    workshop.edit(to, 'kind: Other', 'kind: CertificateRequest')
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('is not overwritten')])
  })

  test('import prints with --to -, reports JSON with -o json, and accepts a name', async () => {
    const printed = await workshop.run(['import', 'elsewhere/deployer.json', '--to', '-'])
    expect(printed.code).toBe(0)
    expect(printed.stdout).toMatch(/^# yaml-language-server/)
    expect(printed.stdout).toContain('example.com:8443')
    expect(printed.stderr).toContain('REQUEST_CFSSL_AMBIGUOUS')
    const told = await workshop.run([
      'import',
      'elsewhere/deployer.json',
      '--name',
      'robot',
      '-o',
      'json',
    ])
    const request = {
      from: 'elsewhere/deployer.json',
      path: 'requests/robot.yaml',
      remarks: [{ code: 'REQUEST_CFSSL_AMBIGUOUS' }],
    }
    expect(JSON.parse(told.stdout)).toMatchObject({ requests: [request], problems: [] })
    expect(workshop.read('requests/robot.yaml')).toContain('name: robot')
  })

  test('import reports a problem with file, line and column', async () => {
    workshop.write('elsewhere/broken.cnf', '[req]\nprompt = no\n.include other.cnf\n')
    const ran = await workshop.run(['import', 'elsewhere/broken.cnf'])
    expect(ran.code).toBe(1)
    expect(ran.stderr).toMatch(/^elsewhere\/broken\.cnf:3:1 {2}error: REQUEST_OPENSSL/m)
    const none = await workshop.run(['import', 'elsewhere/none.cnf'])
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('RUN_FILES')])
  })
})
