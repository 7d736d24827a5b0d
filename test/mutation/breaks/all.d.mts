/** The file below src, the text that stands there just once, and what it becomes. */
export declare const BREAKS: readonly (readonly [string, string, string])[]
