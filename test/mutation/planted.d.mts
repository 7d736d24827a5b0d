/** What goes wrong, the file below src, the text that is there just once, and what it becomes. */
export declare const PLANTED: readonly (readonly [string, string, string, string])[]
