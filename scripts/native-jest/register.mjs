// node --import ./scripts/native-jest/register.mjs: jest and its workers load modules with hooks.mjs.
import { register } from 'node:module'

register('./hooks.mjs', import.meta.url)
