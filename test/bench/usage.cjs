// node --require usage.cjs: writes what the process used to the file USAGE_FILE when it ends.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const used = { kibibytes: maxRSS, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 }
  writeFileSync(process.env.USAGE_FILE, JSON.stringify(used))
})
