import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { requestsIn } from '../../../../src/workflows/prove/past-requests.ts'
import { CONFIG_PATH, usualFile } from '../../../build/history/usual-files.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const PATH = 'requests/people/jane.yaml'
const STAGE = {
  server: 'https://10.0.1.1:6443',
  auth: { kubeconfig: { secretEnv: 'KUBECONFIG_STAGE' } },
  recordNamespace: 'countersign',
}
const CONFIG = valueOf(
  parseConfig(
    requestFile(usualFile(CONFIG_PATH, { clusters: { stage: STAGE } }), { path: CONFIG_PATH }),
  ),
)

/** The clusters of the requests in a version of jane, for a file that is for the cluster. */
function clustersIn(text: string, cluster: string): readonly string[] {
  const request = (path: string, _: unknown, folder: string) => {
    const read = parseRequest(requestFile(text, { path }), folder)
    return read.ok ? read.value : null
  }
  const asked = { path: PATH, blob: 'a'.repeat(40), cluster }
  return requestsIn(asked, CONFIG, { request }).map(each => each.cluster)
}

describe('the requests in a past version of a file', () => {
  const both = usualFile(PATH, { clusters: ['prod', 'stage'] })

  test.each([['prod'], ['stage']])(
    'a version for two clusters has one request for %s, if the file is for it',
    cluster => {
      expect(clustersIn(both, cluster)).toEqual([cluster])
    },
  )

  test('a version for other clusters has a request for each of them', () => {
    expect(clustersIn(both, 'lab')).toEqual(['prod', 'stage'])
  })

  test('a version that cannot be read has no request', () => {
    expect(clustersIn('kind: [', 'prod')).toEqual([])
  })
})
