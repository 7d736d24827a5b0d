// One thread of the fuzzer: makes and reads inputs until it is stopped. The present input is in shared memory, so that the main
// thread can save it when a reader hangs, uses much memory or ends the thread.
import { parentPort, workerData } from 'node:worker_threads'
import { chanceOf, mutated } from './mutate.mjs'
import { compiledTargets } from './compiled.mjs'
import { seedsOf } from './seeds.mjs'

const { seed, shared } = workerData
const [progress, input] = [new Int32Array(shared, 0, 3), new Uint8Array(shared, 12)]
const targets = await compiledTargets()
const seeds = targets.map(seedsOf)
const chance = chanceOf(seed)

for (let count = 1; ; count++) {
  const index = chance.below(targets.length)
  const bytes = mutated(seeds[index], chance)
  input.set(bytes)
  Atomics.store(progress, 1, index)
  Atomics.store(progress, 2, bytes.length)
  Atomics.store(progress, 0, count)
  try {
    targets[index].read(bytes)
  } catch (error) {
    const crash = { target: targets[index].name, bytes, cause: String(error?.stack ?? error) }
    // This is a thread, not a window.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    parentPort.postMessage(crash)
  }
}
