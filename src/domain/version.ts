// The version of countersign, equal to package.json; a unit test compares them.

export const VERSION = '0.1.0'

/** The commit of the release. scripts/package.mjs writes it into the package; every other build keeps this text. */
export const RELEASE_COMMIT: string = 'commit-of-an-unreleased-build'

/** Version of the format in which results are printed for programs. */
export const REPORT_VERSION = 'countersign.dev/report/v1'
