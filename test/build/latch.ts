// A promise that a test opens.

export interface Latch {
  readonly opened: Promise<void>
  readonly open: () => void
}

export function latch(): Latch {
  let open = (): void => undefined
  const opened = new Promise<void>(resolve => (open = resolve))
  return { opened, open }
}
