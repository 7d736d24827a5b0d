// The version of countersign, equal to package.json; a unit test compares them.

export const VERSION = '0.1.0'

/** Version of the format in which results are printed for programs. */
export const REPORT_VERSION = 'countersign.dev/report/v1'
