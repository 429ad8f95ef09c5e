/** Where a text stops being JSON, and what should have been there. */
export interface JsonFault {
  readonly offset: number
  /** How many characters are at fault; 0 at the end of the text. */
  readonly length: number
  readonly message: string
}

class Fault extends Error {
  readonly offset: number
  readonly length: number

  constructor(message: string, offset: number, length: number) {
    super(message)
    this.offset = offset
    this.length = length
  }
}

/** Far more than a hub takes, and far less than the stack. */
const MAX_DEPTH = 100
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /[\p{L}\p{N}_$.'+-]+/uy
const SPACE = /[ \t\n\r]*/y

/**
 * Browsers word the errors of `JSON.parse` each in its own way and some without a place, so the text is read here. One
 * thing more is a fault: a key given twice, of which `JSON.parse` would drop the first without a word.
 */
export function findJsonFault(text: string): JsonFault | undefined {
  try {
    readText(text)
    return undefined
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { offset: error.offset, length: error.length, message: error.message }
  }
}

/** From 1, as editors count. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

function readText(text: string): void {
  let at = 0
  let depth = 0

  function match(pattern: RegExp): string {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0] ?? ''
  }

  function skipSpace(): void {
    at += match(SPACE).length
  }

  function fail(wanted: string): never {
    const word = match(WORD) || (text[at] ?? '')
    if (word === '') throw new Fault(`the text ends where ${wanted} should be`, at, 0)
    throw new Fault(`${wanted} should be here, not ${word === '\n' ? 'a new line' : word}`, at, word.length)
  }

  function take(character: string): boolean {
    skipSpace()
    if (text[at] !== character) return false
    at++
    return true
  }

  function readValue(): void {
    skipSpace()
    const word = match(WORD)
    if (text[at] === '{' || text[at] === '[') {
      if (++depth > MAX_DEPTH) throw new Fault(`this is nested deeper than ${MAX_DEPTH} levels`, at, 1)
      if (text[at] === '{') readObject()
      else readArray()
      depth--
      return
    }
    if (text[at] === '"') return void readString()
    if (word !== 'true' && word !== 'false' && word !== 'null' && (word === '' || match(NUMBER) !== word))
      fail('a value')
    at += word.length
  }

  function readObject(): void {
    const keys = new Set<string>()
    at++
    if (take('}')) return
    do {
      skipSpace()
      if (text[at] !== '"') fail(keys.size === 0 ? 'a key in double quotes, or }' : 'a key in double quotes')
      const begin = at
      const key = readString()
      if (keys.has(key)) throw new Fault(`the key ${key} is here a second time`, begin, at - begin)
      keys.add(key)
      if (!take(':')) fail('a colon')
      readValue()
    } while (take(','))
    if (!take('}')) fail('a comma or }')
  }

  function readArray(): void {
    at++
    if (take(']')) return
    do readValue()
    while (take(','))
    if (!take(']')) fail('a comma or ]')
  }

  function readString(): string {
    const begin = at++
    while (text[at] !== '"') {
      if (at >= text.length || text[at] === '\n') throw new Fault('this string has no end', begin, at - begin)
      at += text[at] === '\\' ? 2 : 1
    }
    at++
    try {
      return JSON.parse(text.slice(begin, at)) as string
    } catch {
      throw new Fault(
        'this string has a character that has to be escaped, or an escape that JSON does not know',
        begin,
        at - begin,
      )
    }
  }

  readValue()
  skipSpace()
  if (at < text.length) fail('the end')
}
