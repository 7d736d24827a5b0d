// A promise that a test resolves when it decides to.

export interface Deferred {
  readonly promise: Promise<void>
  readonly resolve: () => void
}

export function deferred(): Deferred {
  let resolve = (): void => undefined
  const promise = new Promise<void>(fulfil => (resolve = fulfil))
  return { promise, resolve }
}
