import { posix } from 'node:path'
import type { Import, Module, Violation } from './module.ts'
import type { Row } from './row.ts'
import { MAX_LINES, SINGLE_ENTRANCES, TABLE } from './table.ts'

/** People copy the examples into their projects, and the parts of the site have Vite's names. */
const FOLLOWS_OTHER_NAMES = /^(examples|docs)\//

/**
 * Finds the violations of a file.
 *
 * @param module the result of `readModule`
 * @param declared the dependencies in the package.json of the file's package
 */
export function violations(module: Module, declared: readonly string[] = []): Violation[] {
  const { file } = module
  const found: Violation[] = []
  const blame = (line: number, message: string): void => {
    found.push({ file, line, message })
  }

  if (module.lines > MAX_LINES) blame(module.lines, `${module.lines} lines; a file has at most ${MAX_LINES}`)
  for (const each of module.imports) {
    if (each.isExportAll) blame(each.line, `export * from '${each.specifier}'; spell the names out`)
  }
  for (const { what, line } of module.constants) {
    if (!FOLLOWS_OTHER_NAMES.test(file)) blame(line, `the module constant ${what}; its name is UPPER_CASE`)
  }

  const row = rowOf(file)
  if (row === undefined) {
    const isChecked = TABLE.some(({ module: known }) => file.startsWith(`${known.split('/')[0]}/src/`))
    if (isChecked) blame(1, 'no rule says what this file may import; add it to tools/architecture/table.ts')
    return found
  }

  for (const each of module.imports) {
    if (!isAllowed(row, file, each, declared))
      blame(each.line, `${describe(each)}; ${row.module} may import ${allowed(row)}`)
  }
  if (row.isPure === true) {
    for (const { what, line } of module.impurities) {
      blame(line, `${what}; ${row.module} is pure: time, randomness, and waiting must come from outside`)
    }
  }
  return found
}

/** The row that states what a file may import. */
export function rowOf(file: string): Row | undefined {
  return TABLE.find(({ module }) => contains(module, file))
}

/** Finds packages that more than a single file imports against the rules. */
export function jointViolations(modules: readonly Module[]): Violation[] {
  return SINGLE_ENTRANCES.flatMap(({ packageName, within, only }) => {
    const entrances = modules.flatMap(({ file, imports }) => {
      const first = imports.find(({ specifier }) => packageOf(specifier) === packageName)
      return first !== undefined && file.startsWith(within) ? [{ file, line: first.line }] : []
    })
    const rightful = only ?? entrances[0]?.file
    return entrances
      .filter(({ file }) => file !== rightful)
      .map(({ file, line }) => ({ file, line, message: `imports ${packageName}; in ${within} only ${rightful} may` }))
  })
}

function isAllowed(row: Row, file: string, { specifier, isTypeOnly }: Import, declared: readonly string[]): boolean {
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(file), specifier)
    const targets = [row.module, ...row.may, ...(isTypeOnly ? (row.mayTypesOf ?? []) : [])]
    return targets.some((allowedTarget) => contains(allowedTarget, target))
  }
  const packages = row.packages ?? []
  if (specifier.startsWith('node:')) return packages.includes('node:')
  // Our own packages have one entry each, so their names are exact.
  if (packages.includes(specifier)) return true
  const name = packageOf(specifier)
  if (name.startsWith('hubtwin') && specifier !== name) return false
  return row.declaredPackages === true && declared.includes(name)
}

function contains(module: string, file: string): boolean {
  return module.endsWith('/') ? file.startsWith(module) : file === module
}

function packageOf(specifier: string): string {
  const parts = specifier.split('/')
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/')
}

function describe({ specifier, isTypeOnly }: Import): string {
  return `${isTypeOnly ? 'imports types of' : 'imports'} '${specifier}'`
}

function allowed(row: Row): string {
  const parts = [
    ...(row.module.endsWith('/') ? ['its own files'] : []),
    ...row.may,
    ...(row.mayTypesOf ?? []).map((module) => `types of ${module}`),
    ...(row.packages ?? []),
    ...(row.declaredPackages === true ? ['its declared dependencies'] : []),
  ]
  return parts.length === 0 ? 'nothing' : parts.join(', ')
}
