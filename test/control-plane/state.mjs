// What is written down about a started control plane, and how it is ended again from that alone.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endProcesses } from './processes.mjs'

/**
 * @typedef {import('./processes.mjs').RecordedProcess} RecordedProcess
 * @typedef {{ folder: string, server: string, processes: RecordedProcess[], [fact: string]: unknown }} State
 */

export function statePath(folder) {
  return join(folder, 'state.json')
}

/** @param {State} state @param {string} path */
export function writeState(state, path = statePath(state.folder)) {
  writeFileSync(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

/** @returns {State | null} */
export function readState(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return null
    throw error
  }
}

/** Ends the processes, the last started first, and removes the folder. Ended already is fine. @param {State} state */
export async function tearDown(state) {
  await endProcesses([...state.processes].reverse())
  rmSync(state.folder, { recursive: true, force: true })
}
