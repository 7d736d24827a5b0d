// Drawn breaks that change nothing that anybody could see, each with the reason: file below src, the line, what it became, why.

/** @type {readonly (readonly [string, string, string, string])[]} */
export const EQUIVALENT = []
