import type { ParserOptions } from 'prettier'
import { parsers } from 'prettier/plugins/yaml'

export type YamlValue = string | null | readonly YamlValue[] | { readonly [key: string]: YamlValue }

/** A node of the syntax tree of Prettier, which is the YAML parser among the development tools. */
interface Node {
  readonly type: string
  readonly value?: string
  readonly children?: readonly (Node | null)[]
}

/**
 * Reads a YAML document. Scalars stay strings, because the rules compare text only.
 *
 * @throws {SyntaxError} if the text is not YAML
 * @throws {TypeError} for a kind of node that workflows do not need, such as an alias
 */
export async function readYaml(text: string): Promise<YamlValue> {
  const tree = (await parsers.yaml.parse(text, {} as ParserOptions)) as Node
  return valueOf(tree)
}

function valueOf(node: Node): YamlValue {
  switch (node.type) {
    case 'root':
    case 'document':
    case 'documentBody':
    case 'mappingKey':
    case 'mappingValue':
    case 'sequenceItem':
    case 'flowSequenceItem':
      return lastOf(node)
    case 'mapping':
    case 'flowMapping':
      return Object.fromEntries(childrenOf(node).map(entryOf))
    case 'sequence':
    case 'flowSequence':
      return childrenOf(node).map(valueOf)
    case 'plain':
    case 'quoteSingle':
    case 'quoteDouble':
    case 'blockLiteral':
    case 'blockFolded':
      return node.value ?? ''
    case 'null':
      return null
    default:
      throw new TypeError(`A workflow must not contain a YAML node of the type ${node.type}`)
  }
}

function entryOf(item: Node): [string, YamlValue] {
  const [key, value] = childrenOf(item)
  const name = key === undefined ? null : valueOf(key)
  if (typeof name !== 'string') throw new TypeError('A mapping has an entry without a name')
  return [name, value === undefined ? null : valueOf(value)]
}

/** The head of a document and similar parts come before its content. */
function lastOf(node: Node): YamlValue {
  const last = childrenOf(node).at(-1)
  return last === undefined ? null : valueOf(last)
}

function childrenOf({ children = [] }: Node): Node[] {
  return children.filter((child) => child !== null)
}
