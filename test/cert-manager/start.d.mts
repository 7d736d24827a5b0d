// Types of start.mjs, for tests written in TypeScript.
export interface CertManager {
  readonly pid: number
  readonly logFile: string
  /** Ends the controllers. Custom resource definitions and objects stay in the cluster. */
  readonly stop: () => Promise<void>
}

export interface CaOptions {
  readonly kubeconfig: string
  /** The keys of the CA are written below it. */
  readonly folder: string
  readonly secretName: string
  readonly namespace: string
}

export interface MadeCa {
  readonly rootPem: string
  readonly intermediatePem: string
}

export interface IssuerOptions {
  readonly kubeconfig: string
  readonly folder: string
  readonly name: string
  /** Of an Issuer; absent: a ClusterIssuer. */
  readonly namespace?: string
}

export interface MadeIssuer extends MadeCa {
  readonly signerName: string
}

/** Builds the controllers if need be; needs kubectl of the control plane. They end with the calling process. */
export function startCertManager(options: {
  readonly kubeconfig: string
  readonly folder: string
  readonly say?: (line: string) => void
}): Promise<CertManager>

/** A CA whose intermediate signs, as a Secret for an issuer of kind CA. */
export function makeCa(options: CaOptions): Promise<MadeCa>

/** An issuer of kind CA with a CA of its own, ready. */
export function makeIssuer(options: IssuerOptions): Promise<MadeIssuer>

/** Runs kubectl with this kubeconfig, and an input; resolves to its output. */
export function kubectlFor(
  kubeconfig: string,
): (args: readonly string[], input?: string) => Promise<string>
