// The port for artifacts of the workflow run.

/** One file of an artifact; its name has no folders. */
export interface ArtifactFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Artifacts of the workflow run that this process belongs to. */
export interface Artifacts {
  /**
   * Uploads the files as one artifact. Replaces an artifact of that name in this run. Throws SINK_ARTIFACT if GitHub does not
   * accept it, or not within 120 s; SINK_UNSUPPORTED on GitHub Enterprise Server.
   */
  upload(name: string, files: readonly ArtifactFile[]): Promise<void>
}
