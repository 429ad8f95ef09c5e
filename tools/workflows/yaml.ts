import { isAlias, isMap, isScalar, isSeq, parseDocument } from 'yaml'

export type YamlValue = string | null | readonly YamlValue[] | { readonly [key: string]: YamlValue }

/**
 * Reads a YAML document. Scalars stay strings, because the rules compare text only.
 *
 * @throws {SyntaxError} if the text is not YAML
 * @throws {TypeError} for an alias, which no workflow needs
 */
export function readYaml(text: string): YamlValue {
  // "failsafe" is the schema of YAML 1.2 in which every scalar is a string.
  const document = parseDocument(text, { schema: 'failsafe' })
  const [error] = document.errors
  if (error !== undefined) throw new SyntaxError(error.message)
  return valueOf(document.contents)
}

function valueOf(node: unknown): YamlValue {
  if (isSeq(node)) return node.items.map(valueOf)
  if (isMap(node)) return Object.fromEntries(node.items.map(({ key, value }) => [nameOf(key), valueOf(value)]))
  if (isAlias(node)) throw new TypeError(`A workflow must not contain an alias: *${node.source}`)
  if (!isScalar(node)) return null
  // The value of a key without a value.
  return node.type === 'PLAIN' && node.source === '' ? null : String(node.value)
}

function nameOf(key: unknown): string {
  const name = valueOf(key)
  if (typeof name !== 'string') throw new TypeError('A mapping has an entry without a name')
  return name
}
