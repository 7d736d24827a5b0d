// node --import ./scripts/typescript.mjs FILE.ts: runs TypeScript as it stands, outside of jest. As there, swc strips the types.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
