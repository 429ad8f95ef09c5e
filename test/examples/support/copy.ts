import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { inject, type TestContext } from 'vitest'
import { run } from '../../../tools/process.ts'
import { ROOT } from '../../../tools/root.ts'
import { later } from '../../support/cleanup.ts'

/** Above the duration of a first installation, without a cache, on a busy machine. */
const COMMAND_IN_MS = 150_000

/** npm's, pnpm's and Bun's errors without a network. */
const WITHOUT_NETWORK = /ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT|ConnectionRefused|FailedToOpenSocket/

export interface Copy {
  readonly folder: string
  /** Runs a command in the folder. @returns its output @throws Error with the output if it fails */
  run(...command: readonly [string, ...string[]]): Promise<string>
  /** Installs the dependencies, or skips the test if there is no network. */
  install(...command: readonly [string, ...string[]]): Promise<void>
}

/**
 * Copies an example to an empty folder outside the repository, as a reader does. The copy differs
 * in two points: the packages come from tarballs, and the hub has another port.
 *
 * @param port the port of the hub without TLS
 */
export function copyExample({ skip }: Pick<TestContext, 'skip'>, name: string, port: number): Copy {
  const folder = mkdtempSync(join(tmpdir(), `hubtwin-example-${name}-`))
  later(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const source = join(ROOT, 'examples', name)
  cpSync(source, folder, { recursive: true, filter: (path) => !['node_modules', 'dist'].includes(basename(path)) })
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    let text = readFileSync(path, 'utf8').replaceAll('localhost:10480', `localhost:${port}`)
    if (entry.name === 'package.json') text = withTarballs(text)
    writeFileSync(path, text)
  }

  const start = (command: readonly string[]) => {
    const [program = '', ...args] = command
    return run(program, args, { cwd: folder, deadlineInMs: COMMAND_IN_MS, quiet: true })
  }
  return {
    folder,
    async run(...command) {
      const { code, output, reason } = await start(command)
      if (code !== 0) throw new Error(`${command.join(' ')} failed (${reason ?? `exit code ${code}`}):\n${output}`)
      return output
    },
    async install(...command) {
      const { code, output, reason } = await start(command)
      if (code === 0) return
      if (WITHOUT_NETWORK.test(output)) return skip(`${command.join(' ')} found no network`)
      throw new Error(`${command.join(' ')} failed (${reason ?? `exit code ${code}`}):\n${output}`)
    },
  }
}

function withTarballs(manifest: string): string {
  return Object.entries(inject('tarballs')).reduce(
    (text, [name, tarball]) => text.replace(`"${name}": "^0.1.0"`, `"${name}": "file:${tarball}"`),
    manifest,
  )
}
