// Types of start.mjs, for tests written in TypeScript.
export interface StartOptions {
  /** Holds the configuration, the data and the log. */
  readonly folder: string
  /** The folder of a stopped server: its data are copied first. */
  readonly from?: string
  /** More lines of app.ini. */
  readonly settings?: string
  readonly say?: (line: string) => void
}

export interface GiteaServer {
  /** Without a slash at the end. */
  readonly url: string
  readonly folder: string
  readonly logFile: string
  readonly admin: { readonly login: string; readonly password: string }
  readonly stop: () => Promise<void>
}

/** Builds the server if need be, and starts it. It ends with the calling process. */
export function startGitea(options: StartOptions): Promise<GiteaServer>
