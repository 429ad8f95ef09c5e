import { type Argument, type Expression, type Program, type VariableDeclarator, Visitor } from 'oxc-parser'

interface Constant {
  readonly name: string
  readonly start: number
}

/**
 * Finds module constants whose names are not UPPER_CASE. A module constant holds fixed data:
 * literals, lists and objects of data, and values that a few pure functions derive from data.
 * Functions, objects with methods, schemas, values that a program computes when it runs, and
 * collections that the module fills keep their camelCase names.
 */
export function misnamedConstants(program: Program): Constant[] {
  const filled = filledNames(program)
  return program.body.flatMap((statement) => {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return []
    return declaration.declarations.filter(isData).flatMap(({ id }) => {
      if (id.type !== 'Identifier' || isUpperCase(id.name) || filled.has(id.name)) return []
      return [{ name: id.name, start: id.start }]
    })
  })
}

const PURE_FUNCTIONS = new Set([
  'dirname',
  'fileURLToPath',
  'join',
  'resolve',
  'Buffer.from',
  'Object.entries',
  'Object.freeze',
  'Object.keys',
  'Object.values',
  'Uint8Array.of',
])
const PURE_CLASSES = new Set(['Map', 'RegExp', 'Set', 'TextDecoder', 'TextEncoder', 'URL', 'Uint8Array'])
const FILLING_METHODS = new Set(['add', 'clear', 'delete', 'pop', 'push', 'set', 'shift', 'sort', 'splice', 'unshift'])
const FIXED_NAMES = new Set(['Infinity', 'NaN', 'undefined'])

function isUpperCase(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name)
}

function isData({ init }: VariableDeclarator): boolean {
  return init !== null && !isEmpty(init) && isFixed(init)
}

/** Reports whether a module fills a collection later, as an empty literal announces. */
function isEmpty(node: Expression): boolean {
  if (node.type === 'ArrayExpression') return node.elements.length === 0
  if (node.type === 'ObjectExpression') return node.properties.length === 0
  if (node.type === 'NewExpression') return node.arguments.length === 0 && !nameOf(node.callee).startsWith('Text')
  return (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') && isEmpty(node.expression)
}

function isFixed(node: Expression | Argument): boolean {
  switch (node.type) {
    case 'Literal':
      return true
    case 'Identifier':
      return isUpperCase(node.name) || FIXED_NAMES.has(node.name)
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return isFixed(node.expression)
    case 'TemplateLiteral':
      return node.expressions.every(isFixed)
    case 'UnaryExpression':
    case 'SpreadElement':
      return isFixed(node.argument)
    case 'BinaryExpression':
      return node.left.type !== 'PrivateIdentifier' && isFixed(node.left) && isFixed(node.right)
    case 'ArrayExpression':
      return node.elements.every((element) => element === null || isFixed(element))
    case 'ObjectExpression':
      return node.properties.every((property) =>
        isFixed(property.type === 'Property' ? property.value : property.argument),
      )
    case 'MemberExpression':
      return nameOf(node) === 'import.meta.url' || isFixed(node.object)
    case 'NewExpression':
      return PURE_CLASSES.has(nameOf(node.callee)) && node.arguments.every(isFixed)
    case 'CallExpression':
      return PURE_FUNCTIONS.has(nameOf(node.callee)) && node.arguments.every(isFixed)
    default:
      return false
  }
}

/** Returns the dotted name of an expression, or an empty text. */
function nameOf(node: Expression): string {
  if (node.type === 'Identifier') return node.name
  if (node.type === 'MetaProperty') return 'import.meta'
  if (node.type === 'MemberExpression' && !node.computed && node.property.type === 'Identifier') {
    return `${nameOf(node.object)}.${node.property.name}`
  }
  return ''
}

/** Finds the variables that the file changes: `a.push(1)`, `a.b = 1`, `delete a[0]`. */
function filledNames(program: Program): ReadonlySet<string> {
  const names = new Set<string>()
  const addOwner = (node: Expression): void => {
    const [owner = ''] = node.type === 'MemberExpression' ? nameOf(node.object).split('.') : []
    names.add(owner)
  }
  new Visitor({
    AssignmentExpression({ left }) {
      if (left.type === 'MemberExpression') addOwner(left)
    },
    UpdateExpression({ argument }) {
      if (argument.type === 'MemberExpression') addOwner(argument)
    },
    UnaryExpression({ operator, argument }) {
      if (operator === 'delete') addOwner(argument)
    },
    CallExpression({ callee }) {
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return
      if (FILLING_METHODS.has(callee.property.name)) addOwner(callee)
    },
  }).visit(program)
  return names
}
