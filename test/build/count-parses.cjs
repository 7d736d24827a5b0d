// node --require count-parses.cjs: how often the process reads keys and certificates with node:crypto, written to COUNTS_FILE when it ends.
const crypto = require('node:crypto')
const { syncBuiltinESMExports } = require('node:module')
const { writeFileSync } = require('node:fs')
const counts = {}
for (const name of ['createPublicKey', 'createPrivateKey', 'X509Certificate']) {
  const original = crypto[name]
  counts[name] = 0
  crypto[name] = new Proxy(original, {
    apply: (target, self, args) => (counts[name]++, Reflect.apply(target, self, args)),
    construct: (target, args) => (counts[name]++, Reflect.construct(target, args)),
  })
}
syncBuiltinESMExports()
process.on('exit', () => writeFileSync(process.env.COUNTS_FILE, JSON.stringify(counts)))
