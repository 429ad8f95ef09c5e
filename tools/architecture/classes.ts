import { type Class, type Program, Visitor } from 'oxc-parser'
import type { ClassFact, Module, Violation } from './module.ts'

/** Finds the classes of a file, named or not. */
export function classesIn(program: Program): (Omit<ClassFact, 'line'> & { readonly start: number })[] {
  const found: ReturnType<typeof classesIn> = []
  const add = (node: Class): void => {
    const bases = [node.superClass, ...(node.implements ?? []).map(({ expression }) => expression)]
    found.push({
      name: node.id?.name ?? '(no name)',
      bases: bases.flatMap((base) => (base?.type === 'Identifier' ? [base.name] : [])),
      start: node.start,
    })
  }
  new Visitor({ ClassDeclaration: add, ClassExpression: add }).visit(program)
  return found
}

/** Tests pass instances to the code and replace classes of a runtime. People copy the examples. */
const UNCHECKED = /^(test|examples|docs)\//

const ERRORS = ['Error', 'AggregateError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError']

/** Vitest, Playwright, and Stryker take only classes for these. */
const LIBRARY_BASES = ['BaseSequencer', 'Reporter', 'TestRunner']

/** Getters of the prototype take less heap (docs/decisions/2026-11-28-records-and-functions.md). */
const EXCEPTIONS: ReadonlySet<string> = new Set(['core/src/twin/twin-values.ts'])

/** Finds the classes that are neither errors nor demanded by a library. */
export function classViolations(modules: readonly Module[]): Violation[] {
  const all = modules.flatMap(({ file, classes }) => classes.map((each) => ({ file, ...each })))
  const allowed = new Set([...ERRORS, ...LIBRARY_BASES])
  const isAllowed = ({ bases }: ClassFact): boolean => bases.some((base) => allowed.has(base))
  // Each round adds the classes that extend the classes of the round before.
  for (let size = 0; size < allowed.size;) {
    size = allowed.size
    for (const each of all) if (isAllowed(each)) allowed.add(each.name)
  }
  return all
    .filter((each) => !UNCHECKED.test(each.file) && !EXCEPTIONS.has(each.file) && !isAllowed(each))
    .map(({ file, line, name }) => ({
      file,
      line,
      message: `the class ${name}; only errors are classes, and create… or open… functions return other objects`,
    }))
}
