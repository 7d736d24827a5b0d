// Runs programs for the other scripts: from the root of the repository, with their duration, and a summary at the end.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** An installed npm program, as arguments for node. @param {string} path below node_modules */
export function installed(path) {
  return fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url))
}

/**
 * Runs a program to its end with inherited output.
 * @param {string} program @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 if a signal ended it
 */
export function run(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] })
    child.on('error', reject)
    child.on('close', code => resolve(code ?? 128))
  })
}

/** @param {readonly string[]} args @param {NodeJS.ProcessEnv} [env] */
export function runNode(args, env) {
  return run(process.execPath, args, env)
}

/**
 * Runs steps in sequence; a failed one does not stop the next.
 * @param {readonly { name: string, run: () => Promise<number> }[]} steps each returns an exit code
 * @returns {Promise<boolean>} whether all of them passed
 */
export async function runSteps(steps) {
  const failed = []
  for (const step of steps) {
    const started = Date.now()
    const code = await step.run()
    const seconds = ((Date.now() - started) / 1000).toFixed(1)
    console.log(`${code === 0 ? 'passed' : 'FAILED'}  ${step.name}  ${seconds} s`)
    if (code !== 0) failed.push(step.name)
  }
  if (failed.length > 0) console.log(`failed: ${failed.join(', ')}`)
  return failed.length === 0
}
