// Artifacts of the workflow run.

/** A file of an artifact; its name has no folders. */
export interface ArtifactFile {
  readonly name: string
  readonly bytes: Uint8Array
}

/** Artifacts of the workflow run this is part of. */
export interface Artifacts {
  /** Uploads the files as one artifact, in place of one that this run holds under that name already. */
  upload(name: string, files: readonly ArtifactFile[]): Promise<void>
}
