/**
 * Splits `a=1&b&c=` into names and raw values, without percent-decoding. The value is undefined for
 * a parameter without `=`.
 */
export function splitParameters(text: string): (readonly [name: string, value: string | undefined])[] {
  return text.split('&').map((parameter) => {
    const at = parameter.indexOf('=')
    return at < 0 ? [parameter, undefined] : [parameter.slice(0, at), parameter.slice(at + 1)]
  })
}
