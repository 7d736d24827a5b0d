// node --import ./scripts/typescript.mjs FILE.ts: runs TypeScript without a build, outside of jest. As in jest, swc strips the types.
import { register } from 'node:module'

register('./typescript-hooks.mjs', import.meta.url)
