import { format } from 'oxfmt'
import type { Docstring } from './docstring.ts'
import type { Member, PublicName } from './read-entry.ts'

/** Finds the names whose example uses a declaration. */
export type Uses = ReadonlyMap<string, readonly PublicName[]>

/** Writes the page of an entry: values first, then types, in alphabetical order. */
export async function writeApiPage(entry: string, names: readonly PublicName[], uses: Uses): Promise<string> {
  const isType = ({ kind }: PublicName): boolean => kind === 'type' || kind === 'interface'
  const sorted = [...names].sort((a, b) => Number(isType(a)) - Number(isType(b)) || a.name.localeCompare(b.name))
  const parts = await Promise.all(sorted.map((name) => writeName(entry, name, names, uses)))
  return [`# ${entry}`, `\`import { … } from '${entry}'\``, ...parts, ''].join('\n\n')
}

async function writeName(
  entry: string,
  { name, kind, doc, code, members, place }: PublicName,
  all: readonly PublicName[],
  uses: Uses,
): Promise<string> {
  const { code: printed } = await format('example.ts', code, { semi: false, singleQuote: true, printWidth: 88 })
  const others = (uses.get(place) ?? []).filter((other) => other.place !== place)
  const linked = others.flatMap((other) => all.find((each) => each.place === other.place) ?? [])
  const see = linked.map((other) => `[\`${other.name}\`](#${other.name.toLowerCase()})`).join(', ')
  // An entry shares types with another: its example is there.
  const elsewhere = see === '' && doc.examples.length === 0 && others[0] !== undefined
  return [
    `## ${name}`,
    `*${kind}*`,
    doc.text,
    `\`\`\`ts\n${printed.trimEnd()}\n\`\`\``,
    ...tagLines(doc),
    members.map(writeMember).join('\n'),
    ...doc.examples.map((example) => `**Example**\n\n${example}`),
    see === '' ? '' : `Examples with \`${name}\`: ${see}.`,
    elsewhere ? `The example of \`${others[0]?.name ?? entry}\`, in another entry of the package, uses it.` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

const LABELS: Readonly<Record<string, string>> = {
  '@param': 'Parameter',
  '@typeParam': 'Type parameter',
  '@returns': 'Returns',
  '@throws': 'Throws',
  '@default': 'Default:',
}

function tagLines({ tags }: Docstring): string[] {
  return tags.map(({ tag, text }) => {
    const isNamed = tag === '@param' || tag === '@typeParam' || tag === '@throws'
    const words = isNamed ? text.replace(/^(\S+?)(,?)(?=\s|$)/, '`$1`$2') : text
    return `- ${LABELS[tag] ?? tag} ${words.replaceAll('\n', '\n  ')}`
  })
}

function writeMember({ name, doc }: Member): string {
  const text = [doc.text, ...tagLines(doc).map((line) => line.slice(2)), ...doc.examples].filter((part) => part !== '')
  return `- **\`${name}\`** ${text.join('\n\n').replaceAll('\n', '\n  ')}`
}
