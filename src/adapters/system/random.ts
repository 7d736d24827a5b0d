// Random numbers to spread retries; never for keys.
import { randomInt } from 'node:crypto'

const STEPS = 2 ** 32

/** From 0 up to 1. */
export function random(): number {
  return randomInt(STEPS) / STEPS
}
