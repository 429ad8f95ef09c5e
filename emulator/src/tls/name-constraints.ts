import { isIP } from 'node:net'

/** id-ce-nameConstraints. */
export const NAME_CONSTRAINTS_ID = '2.5.29.30'

/** The same ID in DER (ITU-T X.690 §8.19). */
const ID_IN_DER = tagged(0x06, Buffer.from([2 * 40 + 5, 29, 30]))

/**
 * The value of an extension that restricts a CA to these names (RFC 5280 §4.2.1.10). Developers
 * trust the CA, and its key is in a data folder. The constraint makes it useless for any other
 * site.
 *
 * The certificate libraries that the hub uses do not support this extension. It takes six DER tags.
 */
export function nameConstraints(names: readonly string[]): Buffer {
  return tagged(0x30, tagged(0xa0, Buffer.concat(names.map(subtree))))
}

/** @param certificate a CA of the hub, in DER. It may lack the extension */
export function permits(certificate: Buffer, names: readonly string[]): boolean {
  const at = certificate.indexOf(ID_IN_DER)
  return at >= 0 && names.every((name) => certificate.includes(subtree(name), at))
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
