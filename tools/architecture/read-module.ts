import { parseSync, Visitor } from 'oxc-parser'
import { classesIn } from './classes.ts'
import { misnamedConstants } from './constants.ts'
import type { Finding, Import, Module } from './module.ts'

/**
 * Extracts the facts that the rules need from a file's text.
 *
 * @throws SyntaxError if the text is not TypeScript
 */
export function readModule(file: string, text: string): Module {
  const { program, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new SyntaxError(`${file}: ${errors[0].message}`)

  const lineAt = lineFinder(text)
  const imports: Import[] = []
  const impurities: Finding[] = []
  const add = (specifier: string, start: number, isTypeOnly: boolean, isExportAll = false): void => {
    imports.push({ specifier, isTypeOnly, isExportAll, line: lineAt(start) })
  }
  const blame = (what: string, start: number): void => {
    impurities.push({ what, line: lineAt(start) })
  }

  new Visitor({
    // `import { type A } from 'x'` still loads x under verbatimModuleSyntax, so only the kind of
    // the statement counts.
    ImportDeclaration: (node) => add(node.source.value, node.start, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.start, node.exportKind === 'type')
    },
    ExportAllDeclaration: (node) => add(node.source.value, node.start, node.exportKind === 'type', true),
    TSImportType: (node) => add(node.source.value, node.start, true),
    ImportExpression: (node) => {
      const { source } = node
      add(source.type === 'Literal' ? String(source.value) : 'a computed name', node.start, false)
    },

    MemberExpression: (node) => {
      if (node.object.type !== 'Identifier' || node.computed) return
      const name = `${node.object.name}.${node.property.name}`
      if (name === 'Date.now' || name === 'Math.random') blame(name, node.start)
    },
    NewExpression: (node) => {
      const isClock = node.callee.type === 'Identifier' && node.callee.name === 'Date' && node.arguments.length === 0
      if (isClock) blame('new Date()', node.start)
    },
    CallExpression: (node) => {
      if (node.callee.type === 'Identifier' && node.callee.name === 'Date') blame('Date()', node.start)
    },
    Identifier: (node) => {
      if (AMBIENT.has(node.name)) blame(node.name, node.start)
    },
    FunctionDeclaration: (node) => {
      if (node.async) blame('an async function', node.start)
    },
    FunctionExpression: (node) => {
      if (node.async) blame('an async function', node.start)
    },
    ArrowFunctionExpression: (node) => {
      if (node.async) blame('an async function', node.start)
    },
    AwaitExpression: (node) => blame('await', node.start),
  }).visit(program)

  const constants = misnamedConstants(program).map(({ name, start }) => ({ what: name, line: lineAt(start) }))
  const classes = classesIn(program).map(({ start, ...each }) => ({ ...each, line: lineAt(start) }))
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  return { file, lines, imports, impurities, constants, classes }
}

const AMBIENT = new Set([
  'Promise',
  'console',
  'performance',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
])

function lineFinder(text: string): (offset: number) => number {
  return (offset) => text.slice(0, offset).split('\n').length
}
