// Types of approval-conformance.mjs, for tests written in TypeScript.
/** The whole of docs/approval-conformance.md. */
export function conformanceMarkdown(): string
