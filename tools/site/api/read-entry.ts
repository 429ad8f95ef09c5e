import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseSync, type Comment, type Program, type Span, type Statement } from 'oxc-parser'
import { parseDocstring, type Docstring } from './docstring.ts'

export interface PublicName {
  readonly name: string
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'value'
  readonly doc: Docstring
  /** The declaration, without `export` and `declare`. Types keep the docstrings within. */
  readonly code: string
  /** The documented members of an interface or a class. */
  readonly members: readonly Member[]
  /** The file and place of the declaration; equal for entries that export the same. */
  readonly place: string
}

export interface Member {
  readonly name: string
  readonly doc: Docstring
}

/**
 * Reads the names that an entry exports, from the types of the build.
 *
 * @param file a `.d.ts` file
 * @throws Error for an export in a form that this reader does not know
 */
export function readEntry(file: string): PublicName[] {
  const { text, program, comments } = parse(file)
  return program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration') return []
    if (statement.source !== null) {
      const target = join(dirname(file), statement.source.value.replace(/\.[jt]s$/, '.d.ts'))
      const declared = readEntry(target)
      return statement.specifiers.map(({ local, exported }) => {
        const [from, to] = [nameOf(local), nameOf(exported)]
        const found = declared.find(({ name }) => name === from)
        if (found === undefined) throw new Error(`${target} does not declare ${from}`)
        return { ...found, name: to }
      })
    }
    const { declaration } = statement
    return declaration === null ? [] : [read(file, text, comments, statement, declaration)]
  })
}

type Declaration = Extract<Statement, { type: 'ExportNamedDeclaration' }>['declaration'] & object

const KINDS: Readonly<Record<string, PublicName['kind']>> = {
  TSDeclareFunction: 'function',
  FunctionDeclaration: 'function',
  ClassDeclaration: 'class',
  TSInterfaceDeclaration: 'interface',
  TSTypeAliasDeclaration: 'type',
  VariableDeclaration: 'value',
}

function read(
  file: string,
  text: string,
  comments: readonly Comment[],
  statement: Span,
  declaration: Declaration,
): PublicName {
  const kind = KINDS[declaration.type]
  const id = declaration.type === 'VariableDeclaration' ? declaration.declarations[0]?.id : declaration.id
  if (kind === undefined || id?.type !== 'Identifier') throw new Error(`${file}: cannot read ${declaration.type}`)
  const body = declaration.type === 'TSInterfaceDeclaration' || declaration.type === 'ClassDeclaration'
  const within = comments.filter(({ start, end }) => start > statement.start && end < declaration.end)
  const code = text.slice(declaration.start, declaration.end).replace(/^declare /, '')
  return {
    name: id.name,
    kind,
    doc: docBefore(text, comments, statement.start),
    code: body ? withoutComments(text, declaration, within).replace(/^declare /, '') : code,
    members: body ? membersOf(text, comments, declaration.body.body) : [],
    place: `${file}:${declaration.start}`,
  }
}

function membersOf(text: string, comments: readonly Comment[], members: readonly Span[]): Member[] {
  const documented = members.flatMap((member) => {
    const doc = docBefore(text, comments, member.start)
    const [name = ''] = /[\w$]+\??(?=[(<:?=;])/.exec(text.slice(member.start, member.end)) ?? []
    return doc.text === '' && doc.tags.length === 0 ? [] : [{ name: name.replace('?', ''), doc }]
  })
  return documented.filter(({ name }) => name !== '')
}

/** The docstring that ends right before a place. */
function docBefore(text: string, comments: readonly Comment[], place: number): Docstring {
  const before = comments.filter(({ end }) => end <= place).at(-1)
  const isDoc = before?.value.startsWith('*') === true && text.slice(before.end, place).trim() === ''
  return parseDocstring(isDoc ? before.value.slice(1) : '')
}

function withoutComments(text: string, { start, end }: Span, comments: readonly Comment[]): string {
  let from = start
  let code = ''
  for (const comment of comments) {
    code += text.slice(from, comment.start).replace(/[ \t]+$/, '')
    from = comment.end + (text[comment.end] === '\n' ? 1 : 0)
  }
  return code + text.slice(from, end)
}

function parse(file: string): { text: string; program: Program; comments: readonly Comment[] } {
  const text = readFileSync(file, 'utf8')
  const { program, comments, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  return { text, program, comments }
}

function nameOf(name: { readonly type: string; readonly name?: string; readonly value?: string }): string {
  return name.name ?? name.value ?? ''
}
