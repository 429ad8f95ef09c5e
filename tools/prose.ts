import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TextlintKernel } from '@textlint/kernel'
import markdown from '@textlint/textlint-plugin-markdown'
import terminology from 'textlint-rule-terminology'
import { globSync } from 'tinyglobby'
import { extractProse, type Prose } from './prose/extract.ts'
import { mightHaveFindings } from './prose/might-have-findings.ts'
import { sentences } from './prose/sentences.ts'
import { TERMS } from './prose/terms.ts'
import { ROOT } from './root.ts'

// Checks the English of documents, comments, messages, and page texts: terms, sentence length, line
// width. `npx tsx tools/prose.ts [glob …]` checks a part; `--count` prints the number of findings
// by folder.

const MAX_COLUMNS = 100
const MAX_WORDS_IN_DOCS = 30
const MAX_WORDS_IN_CODE = 35

const EVERYTHING = ['**/*.md', '**/*.ts', '**/*.tsx', '**/*.html']
const IGNORE = [
  '**/node_modules/**',
  '**/dist/**',
  'test-results/**',
  // Lists of facts with sources, in note form.
  'docs/protocol/**',
  // The terms themselves, and the pages that compare words.
  'tools/prose/**',
  'test/tools/prose*.ts',
  'docs/glossary.md',
]

const globs = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const kernel = new TextlintKernel()
const findings: string[] = []

for (const file of globSync(globs.length > 0 ? globs : EVERYTHING, { cwd: ROOT, ignore: IGNORE }).sort()) {
  const text = readFileSync(join(ROOT, file), 'utf8')
  const prose = extractProse(file, text)
  for (const { line, message } of [...(await lint(prose, file)), ...tooWide(prose)]) {
    findings.push(`${file}:${line}: ${message}`)
  }
}

if (process.argv.includes('--count')) {
  const counts = new Map<string, number>()
  for (const finding of findings) {
    const folder = finding.split(/[/:]/).slice(0, 3).join('/')
    counts.set(folder, (counts.get(folder) ?? 0) + 1)
  }
  for (const [folder, count] of counts) console.log(`${String(count).padStart(5)} ${folder}`)
} else {
  for (const finding of findings) console.log(finding)
}
console.log(`${findings.length} findings`)
process.exit(findings.length === 0 ? 0 : 1)

interface Finding {
  readonly line: number
  readonly message: string
}

async function lint(prose: Prose, file: string): Promise<Finding[]> {
  const max = file.endsWith('.md') ? MAX_WORDS_IN_DOCS : MAX_WORDS_IN_CODE
  if (!mightHaveFindings(prose.text, max)) return []
  const { messages } = await kernel.lintText(prose.text, {
    ext: '.md',
    plugins: [{ pluginId: 'markdown', plugin: markdown.default }],
    rules: [
      { ruleId: 'sentences', rule: sentences, options: { max } },
      {
        ruleId: 'terminology',
        rule: terminology,
        options: { defaultTerms: false, terms: TERMS, skip: ['BlockQuote'] },
      },
    ],
  })
  return messages.map(({ line, message }) => ({ line: prose.lines[line - 1] ?? 0, message }))
}

/** Finds lines that a writer can wrap. `wrapped` leaves out tables and links. */
function tooWide(prose: Prose): Finding[] {
  return prose.wrapped
    .filter(({ columns }) => columns > MAX_COLUMNS)
    .map(({ line, columns }) => ({ line, message: `${columns} columns; prose wraps at ${MAX_COLUMNS}` }))
}
