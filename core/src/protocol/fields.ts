/**
 * Splits `name=value&…`, as the query of a topic and a token have it. A bare name has the value
 * `''`.
 */
export function parseFields(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('&').map((field) => {
      const [name = '', ...value] = field.split('=')
      return [name, value.join('=')]
    }),
  )
}

/** @returns the text without its percent-encoding; `undefined` for a stray percent sign */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
