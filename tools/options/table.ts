import type { Option } from './read-options.ts'

/** A Markdown table of options. */
export function optionsTable(heading: string, options: readonly Option[]): string {
  const rows = options.map(({ name, byDefault, meaning, see }) => {
    const more = see === undefined ? '' : ` See [${see}](#${anchorOf(see)}).`
    return `| \`${name}\` | ${showDefault(byDefault)} | ${meaning.replaceAll('|', '\\|')}${more} |`
  })
  return [`| ${heading} | default | meaning |`, '| --- | --- | --- |', ...rows].join('\n')
}

function showDefault(text: string | undefined): string {
  if (text === undefined) return 'none'
  return /^(?:true|false|'.*')$/.test(text) ? `\`${text}\`` : text
}

/** As GitHub makes the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(' ', '-')
}

/**
 * Compares the defaults in docstrings with those that the code applies.
 *
 * @param applied the options that the code makes of none
 * @returns a sentence for each difference
 */
export function defaultComplaints(options: readonly Option[], applied: Readonly<Record<string, unknown>>): string[] {
  return options.flatMap(({ name, byDefault }) => {
    const value = applied[name]
    // The others are a description, such as "no limit".
    const isExact = Number.isFinite(value) || typeof value === 'boolean' || byDefault?.startsWith("'") === true
    const expected = typeof value === 'string' ? `'${value}'` : String(value)
    return !isExact || byDefault === expected ? [] : [`${name} is ${expected} by default, not ${byDefault ?? 'none'}`]
  })
}
