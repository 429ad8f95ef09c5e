const CITATION = /\b(docs\/protocol\/[\w-]+\.md)(?: §([\d.]*\d))?/g

/**
 * Finds citations of protocol documents without a section, or with a section that the document does
 * not have.
 *
 * @param read returns the text of a file of this repository; throws where there is none
 * @returns a line number and a message for each
 */
export function findBrokenCitations(text: string, read: (file: string) => string): string[] {
  return text.split('\n').flatMap((line, index) =>
    [...line.matchAll(CITATION)].flatMap(([, file = '', section]) => {
      const isLink = line.includes(`](${file}`) || line.includes(`/${file}`)
      if (section === undefined) return isLink ? [] : [`${index + 1}: ${file} is cited without a section, such as §4.2`]
      return sectionsOf(file, read).has(section) ? [] : [`${index + 1}: ${file} has no section ${section}`]
    }),
  )
}

/**
 * The numbers of headings (`### 4.2 Requests`) and of the items of a numbered list or table below
 * them.
 */
function sectionsOf(file: string, read: (file: string) => string): Set<string> {
  try {
    return new Set([...read(file).matchAll(/^#+ (\d+(?:\.\d+)*)[.:]? /gm)].map(([, number = '']) => number))
  } catch {
    return new Set()
  }
}
