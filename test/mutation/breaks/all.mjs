// Every break of the approval proof.
import { HISTORY } from './history.mjs'
import { PEOPLE } from './people.mjs'
import { VERDICT } from './verdict.mjs'

export const BREAKS = [...HISTORY, ...PEOPLE, ...VERDICT]
