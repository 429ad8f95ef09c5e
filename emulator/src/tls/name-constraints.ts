import { isIP } from 'node:net'
import { Extension } from '@peculiar/x509'

/** id-ce-nameConstraints. */
export const NAME_CONSTRAINTS_ID = '2.5.29.30'

/**
 * Restricts a CA to these names (RFC 5280 §4.2.1.10). Developers trust the CA, and its key is in a
 * data folder. The constraint makes it useless for any other site.
 *
 * The certificate libraries that the hub uses do not support this extension. It takes six DER tags.
 */
export function nameConstraints(names: readonly string[]): Extension {
  const permitted = tagged(0xa0, Buffer.concat(names.map(subtree)))
  return new Extension(NAME_CONSTRAINTS_ID, true, new Uint8Array(tagged(0x30, permitted)))
}

/** @param constraints the value of a CA's extension, or undefined for a CA without it */
export function permits(constraints: ArrayBuffer | undefined, names: readonly string[]): boolean {
  if (constraints === undefined) return false
  const bytes = Buffer.from(constraints)
  return names.every((name) => bytes.includes(subtree(name)))
}

/** A GeneralSubtree: a DNS name with its subdomains, or a single address with a full mask. */
function subtree(name: string): Buffer {
  const address = addressBytes(name)
  if (address === undefined) return tagged(0x30, tagged(0x82, Buffer.from(name.toLowerCase())))
  return tagged(0x30, tagged(0x87, Buffer.concat([address, Buffer.alloc(address.length, 0xff)])))
}

function addressBytes(name: string): Buffer | undefined {
  if (isIP(name) === 4) return Buffer.from(name.split('.').map(Number))
  if (isIP(name) !== 6) return undefined
  // URL normalizes to the shortest notation, without an IPv4 part.
  const { hostname } = new URL(`http://[${name}]`)
  const [first = [], last = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => part.split(':'))
  const groups = [...first, ...Array<string>(8 - first.length - last.length).fill(''), ...last]
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}
