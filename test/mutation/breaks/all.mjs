// Every break of the approval proof.
import { CARRIED } from './carried.mjs'
import { CHAIN } from './chain.mjs'
import { HISTORY } from './history.mjs'
import { PAST } from './past.mjs'
import { PEOPLE } from './people.mjs'
import { RECORDS } from './records.mjs'
import { SHOWN } from './shown.mjs'
import { VERDICT } from './verdict.mjs'
import { WHOLE } from './whole.mjs'

export const BREAKS = [
  ...HISTORY,
  ...PEOPLE,
  ...CARRIED,
  ...VERDICT,
  ...SHOWN,
  ...PAST,
  ...RECORDS,
  ...CHAIN,
  ...WHOLE,
]
