// The API server's audit log of a test run: whatever is written to requests and records in full, of Secrets the metadata alone, as
// every cluster with sense has it. What stands there is read by people who hold no Secret, so no private key may.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findKeys } from '../../scripts/no-keys.mjs'

const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    {
      level: 'Request',
      verbs: ['create', 'update', 'patch'],
      resources: [
        { group: 'certificates.k8s.io' },
        { group: '', resources: ['configmaps', 'events'] },
      ],
    },
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets'] }] },
    { level: 'None' },
  ],
}

/**
 * Tests themselves send keys, to see them refused.
 * @param {string} line
 */
function isOfCountersign(line) {
  return line !== '' && JSON.parse(line).userAgent === 'countersign'
}

/**
 * Flags for the API server that writes its log below `folder`; `look` tells how much was written, and where a private key stands.
 * @param {string} folder
 */
export function auditIn(folder) {
  const [policy, log] = [join(folder, 'audit-policy.json'), join(folder, 'audit.log')]
  writeFileSync(policy, JSON.stringify(POLICY))
  return {
    flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`],
    look: () => {
      const lines = readFileSync(log, 'utf8').split('\n').filter(isOfCountersign)
      return { lines: lines.length, keys: findKeys(lines.join('\n')) }
    },
  }
}
