/** What was found in a text, as `line: what` and never the finding itself. */
export declare function findKeys(text: string): readonly string[]
