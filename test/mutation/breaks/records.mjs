// Breaks of what proves an earlier version without its reviews: a record, its evidence, a rename, the trusted requests, and the trusted
// configuration. Each is one line: the file below src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const RECORDS = [
  // What the record says came before.
  ['core/approval/fact-queries.ts', '    ...versionBefore(fileOrigin),\n', ''],
  ['core/approval/fact-queries.ts', 'path: since.path ?? path', 'path'],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'proved',
  ],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved : (renamed ?? proved)',
    'renamed ?? proved',
  ],
  [
    'core/approval/build-evidence.ts',
    'proved !== null && proved.blob !== null ? proved',
    'proved !== null ? proved',
  ],
  [
    'core/approval/build-evidence.ts',
    'unattributed: contributors.unattributed',
    'unattributed: null',
  ],

  // Which evidence of a record counts.

  // The rules of today, for earlier versions.

  // Whether GitHub still agrees with the record.
  ['core/approval/reviews/revoked-approvals.ts', "if (state === 'APPROVED') return false", ''],
  ['core/approval/reviews/revoked-approvals.ts', "state !== 'DISMISSED' ||", ''],
  ['core/approval/reviews/revoked-approvals.ts', 'dismissals.length === 0 ||', ''],
  ['core/approval/reviews/revoked-approvals.ts', 'dismissals.some(', 'dismissals.every('],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'dismissal => dismissal.review === review',
    '() => true',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'at <= pull.merged.at ||',
    'at < pull.merged.at ||',
  ],
  [
    'core/approval/reviews/revoked-approvals.ts',
    'by === null ||\n        mayEnd(by,',
    'by !== null &&\n        mayEnd(by,',
  ],

  // What was issued under another path.
  [
    'core/approval/visibility/shown-lines.ts',
    "status !== 'renamed' || (proved !== null && proved.blob !== null)",
    "status !== 'renamed'",
  ],
  [
    'core/approval/visibility/shown-lines.ts',
    '|| (proved !== null && proved.blob !== null)',
    '|| proved !== null',
  ],

  // How far back versions are looked for.
  [
    'workflows/prove/file-versions.ts',
    'isFirst(id, start + offset) && requestsDigest',
    'requestsDigest',
  ],
  [
    'workflows/prove/file-versions.ts',
    'line.lastIndexOf(id) === index',
    'line.indexOf(id) === index',
  ],
  ['workflows/prove/file-versions.ts', 'line.slice(start, index + 1)', '[commit]'],
  ['workflows/prove/file-versions.ts', 'line.slice(start, index + 1)', 'line.slice(0, index + 1)'],
  ['core/approval/configuration-digest.ts', "[...files, ['', commit]]", '[...files]'],

  // Configuration.
  [
    'workflows/prove/trusted-configuration.ts',
    '{ ...background, renamedFrom }, facts)',
    'background, facts)',
  ],
  [
    'core/approval/required-rules.ts',
    'approval.configuration.codeOwners && codeOwners !== null',
    'codeOwners !== null',
  ],
  ['core/approval/trust-root.ts', 'renamedFrom: gone', 'renamedFrom: []'],
  ['core/approval/trust-root.ts', '.filter(({ blob }) => blob === null)', ''],
  ['core/approval/trust-root.ts', '|| since.length > 0) return []', ') return []'],
  ['core/approval/trust-root.ts', 'states.at(-1)', 'states.at(0)'],
  ['core/approval/configuration-places.ts', '...attributesAbove(config)]', ']'],
  ['core/approval/configuration-places.ts', "'.github/workflows/', 'docs/'", "'docs/'"],
  ['core/approval/configuration-places.ts', '...CODE_OWNERS_PLACES, ', ''],
  [
    'core/approval/configuration-places.ts',
    'workflow === null ? places : [...places, workflow]',
    'places',
  ],
]
