// The environment of tests: from the user's own only what programs need to be found and to find their caches. Nothing in it leads
// to a cluster, to GitHub or to the user's home folder.
import { execFileSync } from 'node:child_process'
import { cacheFolder } from '../test/control-plane/binaries.mjs'

const KEPT = [
  /^(PATH|TMPDIR|TZ|LANG|LC_ALL|TERM|NO_COLOR|FORCE_COLOR)$/,
  /^(HTTPS?_PROXY|NO_PROXY|SSL_CERT_FILE|SSL_CERT_DIR|NODE_EXTRA_CA_CERTS)$/i,
  /^(KUBEBUILDER_ASSETS|COUNTERSIGN_TEST_KUBECONFIG|COUNTERSIGN_TEST_CLUSTER|COUNTERSIGN_REQUIRE_REAL|COUNTERSIGN_REQUIRE_GO|COUNTERSIGN_REQUIRE_ACT|COUNTERSIGN_REQUIRE_BROWSER|COUNTERSIGN_REQUIRE_SHELLS|COUNTERSIGN_REQUIRE_GITEA|COUNTERSIGN_DIST|COUNTERSIGN_TEST_ORDER)$/,
]
// Go keeps its caches and settings below the home folder, so their paths are read before that is replaced.
const GO = 'GOCACHE GOMODCACHE GOPATH GOPROXY GOSUMDB GONOSUMDB GOFLAGS GOTOOLCHAIN'.split(' ')

/**
 * @param {string} home an empty folder
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
export function testEnvironment(home, extra = {}) {
  const kept = Object.entries(process.env).filter(([name]) => KEPT.some(rule => rule.test(name)))
  return {
    ...Object.fromEntries(kept),
    ...goEnvironment(),
    COUNTERSIGN_CACHE: cacheFolder(),
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    NODE_NO_WARNINGS: '1',
    ...extra,
  }
}

function goEnvironment() {
  try {
    const values = execFileSync('go', ['env', ...GO], { encoding: 'utf8' }).split('\n')
    const pairs = GO.map((name, index) => [name, values[index] ?? ''])
    return Object.fromEntries(pairs.filter(([, value]) => value !== ''))
  } catch {
    return {}
  }
}
