// The one module of node-forge that is used; @types/node-forge describes the package as a whole.
declare module 'node-forge/lib/asn1.js' {
  import { asn1 } from 'node-forge'
  export default asn1
}
