// Types of start.mjs, for tests written in TypeScript.
export interface ControlPlaneOptions {
  /** Clients are signed by another CA than the API server's certificate. */
  readonly separateClientCa?: boolean
  /** Writes a second of the signer; absent: Kubernetes' own 20. */
  readonly signerQps?: number
  /** Text of an AuthenticationConfiguration for the API server. */
  readonly authenticationConfig?: string
  readonly apiserverFlags?: readonly string[]
  /** Kube-apiservers on the same etcd, each on a port of its own; absent: 1. */
  readonly apiservers?: number
  readonly controllerManagerFlags?: readonly string[]
  /** kube-controller-manager works under one name, without credentials of its service accounts. */
  readonly sharedManager?: boolean
  /** Hears one line at a time about what takes long. */
  readonly say?: (line: string) => void
}

export interface ControlPlane {
  /** Everything below, keys and logs too; readable by its owner only. */
  readonly folder: string
  /** state.json in the folder: these facts as JSON, for other processes. */
  readonly statePath: string
  /** Path of a kubeconfig that may do everything. */
  readonly kubeconfig: string
  /** https URL of the API server. */
  readonly server: string
  /** URLs of the other API servers. */
  readonly otherServers: readonly string[]
  /** The CA of the API server's certificate. */
  readonly caPem: string
  readonly caPath: string
  readonly caKeyPath: string
  /** The CA that signs CertificateSigningRequests; the same as caPem unless separateClientCa. */
  readonly clientCaPem: string
  readonly clientCaPath: string
  readonly clientCaKeyPath: string
  readonly binaries: {
    readonly etcd: string
    readonly apiserver: string
    readonly controllerManager: string
    readonly kubectl: string
  }
  /** Ends the processes and removes the folder. May be called twice. */
  readonly stop: () => Promise<void>
  /** Ends its processes, calls `between` with the data folder of etcd, and starts them again. */
  readonly restart: (between: (etcd: string) => void) => Promise<void>
  /** From now on it outlives the process that started it. */
  readonly release: () => void
}

/** Starts a control plane of its own; it ends with this process at the latest. Builds the binaries if need be. */
export function startControlPlane(options?: ControlPlaneOptions): Promise<ControlPlane>
