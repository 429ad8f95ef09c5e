import { type Comment, parseSync } from 'oxc-parser'

/** An option, as its docstring describes it. */
export interface Option {
  readonly name: string
  /** The first paragraph, in a single line, without citations of the protocol. */
  readonly meaning: string
  /** The text of `@default`. */
  readonly byDefault?: string
  /** The heading of `@see "Storage" in the README`. */
  readonly see?: string
}

const CITATION = / \([^()]*§[^()]*\)/g

/**
 * Reads the options of an exported interface.
 *
 * @param file names the file in errors
 * @throws Error when there is no such interface, or an option has no docstring
 */
export function readOptions(file: string, text: string, name: string): readonly Option[] {
  const { program, comments } = parseSync(file, text)
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration') continue
    const { declaration } = statement
    if (declaration?.type !== 'TSInterfaceDeclaration' || declaration.id.name !== name) continue
    return declaration.body.body.flatMap((member) => {
      if (member.type !== 'TSPropertySignature' || member.key.type !== 'Identifier') return []
      const comment = comments
        .filter(({ end }) => end <= member.start && text.slice(end, member.start).trim() === '')
        .at(-1)
      if (comment === undefined) throw new Error(`${file}: ${name}.${member.key.name} has no docstring`)
      return [{ name: member.key.name, ...readDocstring(comment) }]
    })
  }
  throw new Error(`${file} exports no interface ${name}`)
}

function readDocstring({ value }: Comment): Omit<Option, 'name'> {
  const lines = value.split('\n').map((line) => line.replace(/^\s*\*+ ?/, '').trim())
  const [first = '', ...tags] = lines
    .join('\n')
    .trim()
    .split(/\n(?=@)/)
  const [meaning = ''] = first.split('\n\n')
  const tag = (name: string): string | undefined =>
    tags.find((text) => text.startsWith(`@${name} `))?.slice(name.length + 2)
  const byDefault = tag('default')
  const see = /^"(.+)" in the README$/.exec(tag('see') ?? '')?.[1]
  return {
    meaning: joinLines(meaning).replaceAll(CITATION, ''),
    ...(byDefault !== undefined && { byDefault: joinLines(byDefault) }),
    ...(see !== undefined && { see }),
  }
}

function joinLines(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ')
}
