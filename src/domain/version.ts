// The version of countersign, equal to package.json; a unit test compares them.

export const VERSION = '0.1.0'
