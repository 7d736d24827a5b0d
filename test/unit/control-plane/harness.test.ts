// The parts of the control plane harness that must be right before it starts any process.
import { spawn } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

// Plain JavaScript without declarations: loaded by name, so its type is any.
const load = (file: string) => import(join(ROOT, 'test/control-plane', file))
const { cacheFolder, ensureBinaries, readyBinaries } = await load('binaries.mjs')
const { endProcesses, freePorts, isRunning, startProcess } = await load('processes.mjs')
const { makeAuthority, makeLeaf } = await load('pki.mjs')

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-harness-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const programs = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kubectl']
function put(names: readonly string[]): void {
  for (const name of names) {
    writeFileSync(join(folder, name), '')
    chmodSync(join(folder, name), 0o755)
  }
}

describe('the binaries of a control plane', () => {
  test('the binaries are those in KUBEBUILDER_ASSETS when all exist', () => {
    put(programs)
    expect(readyBinaries({ KUBEBUILDER_ASSETS: folder }).etcd).toBe(join(folder, 'etcd'))
  })

  test('the binaries are searched nowhere else when KUBEBUILDER_ASSETS lacks one', () => {
    put(['etcd', 'kube-apiserver', 'kubectl'])
    expect(() => readyBinaries({ KUBEBUILDER_ASSETS: folder })).toThrow(
      /lacks kube-controller-manager\./,
    )
  })

  test('the binaries are not ready in an empty cache', () =>
    expect(readyBinaries({ COUNTERSIGN_CACHE: folder })).toBeNull())

  test('the binaries cannot be built without Go, and the message names another way', async () => {
    const env = { COUNTERSIGN_CACHE: folder, PATH: folder }
    await expect(ensureBinaries(() => {}, env)).rejects.toThrow(
      /needs Go 1\.26.*KUBEBUILDER_ASSETS/,
    )
  })

  test.each([
    [{ COUNTERSIGN_CACHE: '/a', XDG_CACHE_HOME: '/b' }, '/a'],
    [{ XDG_CACHE_HOME: '/b' }, '/b/countersign'],
  ])('the binaries are kept where %j says', (env, expected) =>
    expect(cacheFolder(env)).toBe(expected),
  )
})

describe('a process of the control plane', () => {
  const start = (code: string) =>
    startProcess({
      name: 'node',
      program: process.execPath,
      args: ['-e', code],
      folder,
      logFile: join(folder, 'log'),
    })

  test('a process is ended by its id', async () => {
    const recorded = start('setInterval(() => {}, 1000)')
    expect(isRunning(recorded)).toBe(true)
    await endProcesses([recorded])
    expect(isRunning(recorded)).toBe(false)
  })

  test('a process with another start time is not ended, since its id was reused', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await endProcesses([{ name: 'stale', pid: other.pid, startTime: '1' }])
    expect(other.exitCode ?? other.signalCode).toBeNull()
    other.kill()
  })

  test('a process that has ended already is no fault', async () => {
    const recorded = start('')
    await endProcesses([recorded, recorded])
  })
})

test('free ports differ from each other', async () => {
  const ports = await freePorts(4)
  expect(new Set(ports).size).toBe(4)
})

test('the certificates have the names and usages of the control plane', () => {
  const authority = makeAuthority('test-ca')
  const ca = new X509Certificate(authority.certPem)
  const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] }
  const leaf = new X509Certificate(
    makeLeaf(authority, { commonName: 'server' }, { purpose: 'serverAuth', ...names }).certPem,
  )
  expect(ca.ca).toBe(true)
  expect(ca.verify(ca.publicKey)).toBe(true)
  expect(leaf.ca).toBe(false)
  expect(leaf.checkIssued(ca)).toBe(true)
  expect(leaf.verify(ca.publicKey)).toBe(true)
  expect(leaf.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1')
  expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
})
