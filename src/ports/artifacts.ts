// The ports for artifacts of workflow runs.

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

/** Artifacts of all workflow runs of a repository. */
export interface CertificateArtifacts {
  /**
   * Returns the file from the newest artifacts of that name, newest first, to the first that `isEnough` accepts. Leaves out artifacts
   * up to `since`. Null if no artifact was added since `etag`. The caller must check the content: anyone who can run workflows may
   * have uploaded it. Throws GITHUB_ codes, and SINK_ARTIFACT_BROKEN if there are only broken ones.
   */
  recentCertificates(
    place: { readonly artifact: string; readonly file: string },
    known: { readonly since: Date | null; readonly etag: string | null },
    isEnough: (pem: string) => boolean,
  ): Promise<{ readonly pems: readonly string[]; readonly etag: string | null } | null>
}
