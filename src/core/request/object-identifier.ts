// Object identifiers in digits and dots (X.660), within the limits of DER readers.

const DOTTED = /^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d{0,8}))(?:\.(?:0|[1-9]\d{0,17}))*$/
/** Every DER reader here stops at 64 bytes. */
const LONGEST = 60
/** Go refuses the whole request if an arc is larger. */
const MAX_ARC = 2 ** 31 - 1

/** True for an object identifier without leading zeros that fits into DER and that Go reads. */
export function isObjectIdentifier(text: string): boolean {
  return (
    text.length <= LONGEST &&
    DOTTED.test(text) &&
    text.split('.').every(arc => Number(arc) <= MAX_ARC)
  )
}
