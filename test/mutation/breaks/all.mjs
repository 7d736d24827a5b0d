// Every break of the approval proof.
import { HISTORY } from './history.mjs'
import { PAST } from './past.mjs'
import { PEOPLE } from './people.mjs'
import { SHOWN } from './shown.mjs'
import { VERDICT } from './verdict.mjs'

export const BREAKS = [...HISTORY, ...PEOPLE, ...VERDICT, ...SHOWN, ...PAST]
