import { isIP } from 'node:net'
import { Extension } from '@peculiar/x509'

/** id-ce-nameConstraints. */
export const nameConstraintsId = '2.5.29.30'

/**
 * Lets a CA sign for these names alone (RFC 5280 §4.2.1.10). So a CA that somebody trusts for a development hub, and whose key lies in a data
 * folder, is good for no other site.
 *
 * The libraries for certificates in use here do not write this extension; it is six tags of DER.
 */
export function nameConstraints(names: readonly string[]): Extension {
  const permitted = tagged(0xa0, Buffer.concat(names.map(subtree)))
  return new Extension(nameConstraintsId, true, new Uint8Array(tagged(0x30, permitted)))
}

/** @param constraints the value of a CA's extension; undefined for a CA without */
export function permits(constraints: ArrayBuffer | undefined, names: readonly string[]): boolean {
  if (constraints === undefined) return false
  const bytes = Buffer.from(constraints)
  return names.every((name) => bytes.includes(subtree(name)))
}

/** A GeneralSubtree: a DNS name with those below it, or one address with a mask of ones. */
function subtree(name: string): Buffer {
  const address = addressBytes(name)
  if (address === undefined) return tagged(0x30, tagged(0x82, Buffer.from(name.toLowerCase(), 'latin1')))
  return tagged(0x30, tagged(0x87, Buffer.concat([address, Buffer.alloc(address.length, 0xff)])))
}

function addressBytes(name: string): Buffer | undefined {
  if (isIP(name) === 4) return Buffer.from(name.split('.').map(Number))
  if (isIP(name) !== 6) return undefined
  // The shortest form, with no IPv4 part.
  const { hostname } = new URL(`http://[${name}]`)
  const [head = '', tail] = hostname.slice(1, -1).split('::')
  const first = head.split(':').filter(Boolean)
  const last = (tail ?? '').split(':').filter(Boolean)
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill('0'), ...last]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
