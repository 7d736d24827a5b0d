// node --import: writes the modules that Node loads to the file LOADED_MODULES, one URL per line.
import { register } from 'node:module'

register(
  `data:text/javascript,${encodeURIComponent(`
    import { appendFileSync } from 'node:fs'
    export async function load(url, context, nextLoad) {
      appendFileSync(process.env.LOADED_MODULES, url + '\\n')
      return nextLoad(url, context)
    }`)}`,
)
