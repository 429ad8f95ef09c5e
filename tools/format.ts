import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { ROOT } from './root.ts'

/**
 * Formats text as `npm run format` formats the file. Only the program reads `.oxfmtrc.json`, so
 * this runs the program.
 *
 * @param file absolute, or relative to the current folder; it does not have to exist
 */
export function formatAs(file: string, text: string): string {
  const program = join(ROOT, 'node_modules', '.bin', 'oxfmt')
  return execFileSync(program, [`--stdin-filepath=${file}`], { cwd: ROOT, input: text, encoding: 'utf8' })
}
