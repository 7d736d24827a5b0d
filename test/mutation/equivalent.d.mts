/** The file below src, the line, what it became, and why that changes nothing. */
export declare const EQUIVALENT: readonly (readonly [string, string, string, string])[]
