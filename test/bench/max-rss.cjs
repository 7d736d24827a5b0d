// node --require max-rss.cjs: writes the largest resident memory of the process, in KiB, to the file MAX_RSS_FILE when it ends.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  writeFileSync(process.env.MAX_RSS_FILE, String(process.resourceUsage().maxRSS))
})
