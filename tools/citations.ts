import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { ROOT } from './root.ts'
import { findBrokenCitations } from './docs/citations.ts'

// Checks that every citation of a protocol document, such as `docs/protocol/protocol.md §4.2`,
// names an existing section.

const IGNORE = ['**/node_modules/**', '**/dist/**', 'test/tools/**', 'tools/**']
const files = globSync(['**/*.{ts,tsx,md,html,json}'], { cwd: ROOT, ignore: IGNORE }).sort()
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8')

const broken = files.flatMap((file) => findBrokenCitations(read(file), read).map((complaint) => `${file}:${complaint}`))
for (const complaint of broken) console.log(complaint)
console.log(`${broken.length} broken citations`)
process.exit(broken.length === 0 ? 0 : 1)
