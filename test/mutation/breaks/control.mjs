// Breaks of the controller: when it forgets what was proved, and how long proofs go on without GitHub. Each is one line: the file below
// src, the text that is there just once, and what it becomes.

/** @type {readonly (readonly [string, string, string])[]} */
export const CONTROL = [
  // A newer commit, a refusal.
  [
    'workflows/control/controller.ts',
    'this.#last.commit !== commit) this.#forget()',
    'false) this.#forget()',
  ],
  ['workflows/control/controller.ts', 'if (done.isRefused) this.#forget()', ''],
  [
    'workflows/control/controller.ts',
    "if (done.value.problems.some(({ code }) => !code.startsWith('CLUSTER_'))) this.#forget()",
    '',
  ],
  [
    'workflows/control/controller.ts',
    'foreseen: { ...this.#last.foreseen, renewals: [] }',
    'foreseen: this.#last.foreseen',
  ],

  // Without GitHub.
  ['workflows/control/controller.ts', 'tip.isAway ? this.#offline() : undefined', 'undefined'],
  ['workflows/control/controller.ts', 'at.getTime() > until || ', ''],
  [
    'workflows/control/controller.ts',
    'foreseen.config.approval.offlineGraceSeconds * SECOND_MS',
    '0',
  ],

  // Who works, and when.
  ['workflows/control/controller.ts', 'left > 0 && left < usual ? left : usual', 'usual'],
]
