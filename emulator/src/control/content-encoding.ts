/**
 * The encodings of the compressed files of a build, the smallest first, and their file extensions.
 */
export const ENCODINGS: readonly (readonly [encoding: Encoding, extension: string])[] = [
  ['br', '.br'],
  ['gzip', '.gz'],
]

export type Encoding = 'br' | 'gzip'

/**
 * Chooses the smallest encoding that a client accepts (RFC 9110 §12.5.3).
 *
 * @param accept the header `Accept-Encoding`
 * @param has whether a file has this encoding
 * @returns `undefined` for the file itself
 */
export function chooseEncoding(accept: string | undefined, has: (encoding: Encoding) => boolean): Encoding | undefined {
  const accepted = new Set(
    (accept ?? '').split(',').flatMap((each) => {
      const [name = '', ...parameters] = each.toLowerCase().split(';')
      const isRefused = parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/.test(parameter))
      return isRefused ? [] : [name.trim()]
    }),
  )
  return ENCODINGS.map(([encoding]) => encoding).find((encoding) => accepted.has(encoding) && has(encoding))
}
