// Where cluster:up leaves word of what it started from this checkout, for cluster:down.
import { fileURLToPath } from 'node:url'

export const RUNNING = fileURLToPath(new URL('../../.cache/control-plane/', import.meta.url))
