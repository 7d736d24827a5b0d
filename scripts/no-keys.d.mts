/** The findings in a text as `line: what`, without the secret itself. */
export declare function findKeys(text: string): readonly string[]
