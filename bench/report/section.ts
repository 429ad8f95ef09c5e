/**
 * Replaces the text between two comments of a document: `<!-- table: name -->` and `<!-- end of
 * table: name -->`.
 *
 * @throws Error when the document has no such section
 */
export function withSection(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- table: ${name} -->`, `<!-- end of table: ${name} -->`]
  const [from, to] = [document.indexOf(start), document.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The document has no section "${name}"`)
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`
}
