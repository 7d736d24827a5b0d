// COUNTERSIGN_CLI=dist/cli/index.js node --import ./scripts/typescript.mjs test/bench/many-records.ts 1000 10000: plan and status of so
// many recorded requests on the embedded cluster: seconds and largest memory. One record is issued and copied for the other names.
import { createHash } from 'node:crypto'
import { textAt } from '../../src/sandbox/api/json-values.ts'
import type { JsonObject } from '../../src/sandbox/api/json-values.ts'
import { evidence } from '../build/evidence.ts'
import { ownCluster } from '../build/own-cluster.ts'
import { configText, policyText, requestText } from '../build/request-text.ts'
import { usageOfCountersign } from './timed.ts'

const OWNER = 'scale'
const FIRST = 'request-000000'
const CONFIGURATION = Array.from({ length: 20 }, (_, team) => `policies/team-${team}.yaml`)
/** MB of the heap of one process: with less than it needs, it ends. */
const HEAP = process.env['HEAP'] ?? '1024'
/** How many of the records have a request file and a Secret; the others are those of removed files. */
const FILES = Number(process.env['FILES'] ?? Infinity)

for (const size of process.argv.slice(2).map(Number))
  for (const isReviewed of [false, true]) await measure(size, isReviewed)

async function measure(size: number, isReviewed: boolean): Promise<void> {
  const { cluster, workshop, end } = await ownCluster(OWNER)
  try {
    workshop.write(
      'countersign.yaml',
      configText({ owner: OWNER, namespace: 'apps', more: ['limits: {maxWithdraw: 100%}'] }),
    )
    workshop.write('policies/everybody.yaml', policyText('apps'))
    workshop.write(`requests/0/${FIRST}.yaml`, requestText({ name: FIRST }))
    const { code, stdout, stderr } = await workshop.run(['apply', '--yes'])
    if (code !== 0) throw new Error(stdout + stderr)
    const secret = cluster.objects.read('secrets', 'apps', `${FIRST}-tls`)
    const record = cluster.objects.read('configmaps', 'apps', `countersign-${OWNER}-${FIRST}`)
    if (secret === null || record === null) throw new Error('nothing was stored')
    const first = JSON.parse(textAt(record, 'data', 'record.json'))
    if (isReviewed) first.issued.proof = { ...first.issued.proof, kind: 'review', evidence: said() }
    let bytes = 0
    for (let index = 0; index < size; index++) {
      const name = `request-${String(index).padStart(6, '0')}`
      const named = (text: string): string =>
        text.replaceAll(FIRST, name).replaceAll(first.issued.effective, effective)
      const meaning = first.issued.meaning.replaceAll(FIRST, name)
      const effective = createHash('sha256').update(meaning).digest('hex')
      const text = named(`${JSON.stringify(first, null, 2)}\n`)
      bytes += text.length
      if (index === 0) {
        cluster.objects.replace('configmaps', { ...record, data: { 'record.json': text } })
        continue
      }
      const object = JSON.parse(named(JSON.stringify({ ...record, data: {} })))
      cluster.objects.create('configmaps', fresh({ ...object, data: { 'record.json': text } }))
      if (index >= FILES) continue
      workshop.write(`requests/${Math.floor(index / 50)}/${name}.yaml`, requestText({ name }))
      cluster.objects.create('secrets', fresh(JSON.parse(named(JSON.stringify(secret)))))
    }
    workshop.commit()
    const node = [`--max-old-space-size=${HEAP}`]
    for (const command of ['plan', 'status']) {
      const { seconds, megabytes } = await usageOfCountersign([command], workshop.folder, { node })
      process.stdout.write(
        `${command}: ${size} records of ${Math.round(bytes / size)} bytes, ${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB\n`,
      )
    }
  } finally {
    await end()
  }
}

/** Evidence with the files of a larger repository. */
function said() {
  const files = CONFIGURATION.map((path, index) => [path, index.toString(16).padStart(40, '0')])
  return evidence({ configuration: Object.fromEntries(files) })
}

/** Without what the API server sets. */
function fresh(object: JsonObject): JsonObject {
  const {
    uid: _,
    resourceVersion: __,
    creationTimestamp: ___,
    ...metadata
  } = object['metadata'] as JsonObject
  return { ...object, metadata }
}
