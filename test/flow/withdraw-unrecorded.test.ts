// Unrecorded Secrets, and Secrets of uncommitted files, are withdrawn too: nothing else would find them later.
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { ownCluster } from '../build/own-cluster.ts'
import { requestText } from '../build/request-text.ts'
const WITHDRAW = 'spec:\n  withdraw: true\n'
const AFTER_STORING = 'after PATCH /secrets/'
const UNHEARD = { kind: 'reset', when: 'before' } as const
/** Calls without an answer end at once. */
const HURRIED = {
  NODE_OPTIONS: `--import ${new URL('../build/skip-sleeps.mjs', import.meta.url).pathname}`,
}

/** A process of its own: the next run takes its claim over, because the process has ended. */
const ENDED = { env: HURRIED, meanwhile: async () => undefined }

const { cluster, workshop, record, secret, end } = await ownCluster('unrecorded')

afterEach(() => cluster.faults.clear())
afterAll(end)

/** Stores a Secret by a run that gets no answer to its write. */
async function storeUnheard(name: string): Promise<void> {
  const deaf = { kind: 'reset', when: 'after' } as const
  cluster.faults.plan({ method: 'PATCH', path: /secrets.*force=/ }, deaf, 1000)
  expect((await workshop.run(['apply', '--yes', name], ENDED)).code).toBe(2)
  cluster.faults.clear()
  expect(secret(name)).not.toBeNull()
}

/** Writes the file with the Secret of this name as its sink. */
function storesIn(name: string, stored: string): void {
  const more = ['sinks:', `- secret: {namespace: apps, name: ${stored}-tls}`]
  workshop.write(`requests/${name}.yaml`, requestText({ name, more }))
}

async function withdraw(name: string): Promise<void> {
  workshop.edit(`requests/${name}.yaml`, 'spec:\n', WITHDRAW)
  expect(await empties(name)).toContain('; the certificate works until')
}

/** Applies, expects a deleted Secret, and returns the output. */
async function empties(name: string): Promise<string> {
  const ran = await workshop.run(['apply', '--yes', name])
  expect(ran.stdout).toMatch(/withdrawn\s+deleted Secret \S+-tls/)
  expect([ran.code, secret(name)]).toEqual([0, null])
  expect(record(name)).toMatchObject({ claim: null, withdrawnAt: expect.any(String) })
  expect((await workshop.run(['apply', '--yes', name])).stdout).toContain('nothing to issue')
  return ran.stdout
}

test('a withdrawal deletes a Secret of a run that was killed before it wrote the record', async () => {
  workshop.write('requests/cut.yaml', requestText({ name: 'cut' }))
  const killed = await workshop.run(['apply', '--yes', 'cut'], { killAt: AFTER_STORING })
  expect([killed.signal, secret('cut')]).toEqual(['SIGKILL', expect.anything()])
  expect(record('cut')).toMatchObject({ issued: null, claim: { n: 1 } })
  await withdraw('cut')
})

test('a withdrawal deletes a Secret whose write got no answer', async () => {
  workshop.write('requests/deaf.yaml', requestText({ name: 'deaf' }))
  await storeUnheard('deaf')
  expect(record('deaf').issued).toBeNull()
  await withdraw('deaf')
})

test('a withdrawal deletes an unrecorded Secret again after each repeated request', async () => {
  workshop.write('requests/again.yaml', requestText({ name: 'again' }))
  expect((await workshop.run(['apply', '--yes', 'again'])).code).toBe(0)
  await withdraw('again')
  for (const n of [2, 3]) {
    workshop.edit('requests/again.yaml', WITHDRAW, 'spec:\n')
    await storeUnheard('again')
    expect(record('again')).toMatchObject({ n, claim: null, withdrawnAt: expect.any(String) })
    await withdraw('again')
  }
})

test('a withdrawal that failed is completed by the next run, even if only its claim names the Secret', async () => {
  workshop.write('requests/late.yaml', requestText({ name: 'late' }))
  const killed = await workshop.run(['apply', '--yes', 'late'], { killAt: AFTER_STORING })
  expect([killed.signal, secret('late')]).toEqual(['SIGKILL', expect.anything()])
  // Kubernetes deletes such objects after one hour.
  cluster.objects.remove('certificatesigningrequests', '', record('late').claim.objectName)
  workshop.edit('requests/late.yaml', 'spec:\n', WITHDRAW)
  cluster.faults.plan({ method: 'DELETE', path: /secrets/ }, UNHEARD, 1000)
  const failed = await workshop.run(['apply', '--yes', 'late'], ENDED)
  expect([failed.code, secret('late')]).toEqual([2, expect.anything()])
  cluster.faults.clear()
  await empties('late')
})

test('a withdrawal deletes the recorded Secret and the Secret of a later killed run', async () => {
  const namesSink = (name: string): void => {
    storesIn('two', name)
    workshop.commit()
  }
  namesSink('two')
  expect((await workshop.run(['apply', '--yes', 'two'])).code).toBe(0)
  namesSink('two-new')
  await workshop.run(['apply', '--yes', 'two'], { killAt: AFTER_STORING })
  expect([secret('two'), secret('two-new')]).not.toContain(null)
  namesSink('two-never')
  workshop.edit('requests/two.yaml', 'spec:\n', WITHDRAW)
  workshop.commit()
  expect(await empties('two')).toMatch(/deleted Secret apps\/two-new-tls, Secret apps\/two-tls;/)
  expect(secret('two-new')).toBeNull()
})

test.each([
  ['the file still names', 'seen', 'seen-new'],
  ['no file names', 'lost', 'lost-other'],
])('a withdrawal of an uncommitted file handles a Secret that %s', async (_, name, stored) => {
  storesIn(name, name)
  workshop.commit()
  expect((await workshop.run(['apply', '--yes', name])).code).toBe(0)
  storesIn(name, `${name}-new`)
  expect((await workshop.run(['apply', '--yes', name])).code).toBe(0)
  storesIn(name, stored)
  workshop.edit(`requests/${name}.yaml`, 'spec:\n', WITHDRAW)
  const said = await empties(name)
  const isNamed = stored === `${name}-new`
  expect(secret(`${name}-new`) === null).toBe(isNamed)
  const told = isNamed ? [] : [`Secret apps/${name}-new-tls may hold the certificate`]
  expect(said.match(/Secret \S+ may hold the certificate/g) ?? []).toEqual(told)
})

test('an unrecorded certificate of a removed file is reported while it may be valid', async () => {
  const [cut, deaf] = ['removed-cut', 'removed-deaf'] as const
  const names = [cut, deaf]
  for (const name of names) workshop.write(`requests/${name}.yaml`, requestText({ name }))
  await workshop.run(['apply', '--yes', cut], { killAt: AFTER_STORING })
  await storeUnheard(deaf)
  const objects = [record(cut).claim, record(deaf).abandoned[0]]
  const told = names.map((name, at) => {
    workshop.remove(`requests/${name}.yaml`)
    return `${objects[at]?.objectName} was made for ${name} and never recorded`
  })
  for (const command of [['apply', '--yes'], ['status']]) {
    const { stderr } = await workshop.run(command)
    expect(stderr.match(/\S+ was made for \S+ and never recorded/g)?.toSorted()).toEqual(told)
  }
  expect(names.map(secret)).not.toContain(null)
  workshop.write('requests/unread.yaml', 'apiVersion: [')
  expect((await workshop.run(['status'])).stderr).not.toContain('never recorded')
  workshop.remove('requests/unread.yaml')
  for (const name of names) {
    workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await withdraw(name)
    workshop.remove(`requests/${name}.yaml`)
  }
  expect((await workshop.run(['status'])).stderr).not.toContain('never recorded')
})

test('a certificate without a record is reported and not deleted', async () => {
  workshop.write('requests/gone.yaml', requestText({ name: 'gone' }))
  expect((await workshop.run(['apply', '--yes', 'gone'])).code).toBe(0)
  cluster.objects.remove('configmaps', 'apps', 'countersign-unrecorded-gone')
  workshop.edit('requests/gone.yaml', 'spec:\n', WITHDRAW)
  const told = 'Secret apps/gone-tls holds a certificate of gone, and no record lists it'
  for (const command of [['apply', '--yes', 'gone'], ['status']])
    expect((await workshop.run(command)).stderr).toContain(told)
  expect(secret('gone')).not.toBeNull()
  const path = ['secrets', 'apps', 'gone-tls'] as const
  cluster.objects.remove(...path)
  expect((await workshop.run(['status'])).stderr).not.toContain(told)
})
