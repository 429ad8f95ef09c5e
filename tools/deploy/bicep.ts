import { createRequire } from 'node:module'
import { Language, type Node, Parser } from 'web-tree-sitter'

const require = createRequire(import.meta.url)

/**
 * Finds mistakes in a Bicep file: syntax, names that nothing uses, and outputs that reveal a key.
 *
 * It does not know the types of Azure's resources. Only Microsoft's compiler does, which no package
 * of npm or Debian contains.
 */
export async function bicepComplaints(text: string): Promise<readonly string[]> {
  await Parser.init()
  const language = await Language.load(require.resolve('tree-sitter-bicep/tree-sitter-bicep.wasm'))
  const parser = new Parser()
  parser.setLanguage(language)
  const tree = parser.parse(text)
  if (tree === null) return ['the parser found no tree']
  const nodes = [...walk(tree.rootNode)]
  const names = nodes.filter(({ type }) => type === 'identifier').map((node) => node.text)
  return nodes.flatMap((node) => {
    const line = `line ${node.startPosition.row + 1}`
    if (node.isError) return [`${line}: ${JSON.stringify(node.text.slice(0, 60))} is not Bicep`]
    if (node.isMissing) return [`${line}: ${node.type} is missing`]
    if (node.type === 'output_declaration' && /list\w*keys/i.test(node.text))
      return [`${line}: an output reveals a key`]
    if (!['parameter_declaration', 'variable_declaration'].includes(node.type)) return []
    const name = node.children.find((child) => child?.type === 'identifier')?.text
    return names.filter((each) => each === name).length > 1 ? [] : [`${line}: nothing uses ${name}`]
  })
}

function* walk(node: Node): Generator<Node> {
  yield node
  for (const child of node.children) if (child !== null) yield* walk(child)
}
