// The rule for addresses that a credential may be sent to.

const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/

/** https, or http that does not leave this machine. */
export function isSecure({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.test(hostname))
}
