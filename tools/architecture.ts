import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { classViolations } from './architecture/classes.ts'
import { cycleViolations } from './architecture/cycles.ts'
import { readModule } from './architecture/read-module.ts'
import { jointViolations, violations } from './architecture/violations.ts'
import { ROOT } from './root.ts'

// Checks which files import which, import cycles, what pure code uses, how long files are, and
// which classes there are.

const files = globSync(['*.ts', '*/**/*.{ts,tsx}'], {
  cwd: ROOT,
  ignore: ['**/node_modules/**', '**/dist/**', '**/*.d.ts'],
})
const modules = files.sort().map((file) => readModule(file, readFileSync(join(ROOT, file), 'utf8')))
const found = [
  ...modules.flatMap((module) => violations(module, declaredIn(module.file))),
  ...jointViolations(modules),
  ...classViolations(modules),
  ...cycleViolations(modules),
]

for (const { file, line, message } of found) console.log(`${file}:${line}: ${message}`)
console.log(`${modules.length} files, ${found.length} violations`)
process.exit(found.length === 0 ? 0 : 1)

function declaredIn(file: string): string[] {
  const path = join(ROOT, file.split('/')[0] ?? '', 'package.json')
  if (!existsSync(path)) return []
  const { dependencies = {} } = JSON.parse(readFileSync(path, 'utf8')) as { dependencies?: Record<string, string> }
  return Object.keys(dependencies)
}
