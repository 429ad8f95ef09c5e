import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
// oxlint-disable-next-line import/default -- Node loads its UMD build, which has no named exports
import jsonc from 'jsonc-parser'
import { explainSystemError } from '../runtime/system-error.ts'
import { UsageError } from './usage.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../hub/json.ts'

/** The two ways to pass a merge patch. A file needs no quoting in any shell. */
export interface PatchInput {
  readonly json?: string | undefined
  /** The path of a file; `-` means standard input. */
  readonly file?: string | undefined
}

/**
 * Reads a merge patch from an argument, a file, or standard input.
 *
 * @param name for errors, such as `Patch`
 * @param example a valid patch, for errors
 * @throws UsageError if the input is not a JSON object, or if it is given twice or not at all
 */
export async function readPatch(name: string, example: string, input: PatchInput): Promise<JsonObject> {
  const { content, source, expected } = await readInput(name, example, input)
  return parseJsonObject(content, source, expected)
}

/**
 * Reads any JSON value in the same ways.
 *
 * @throws UsageError if the input is not JSON, or if it is given twice or not at all
 */
export async function readJson(name: string, example: string, input: PatchInput): Promise<JsonValue> {
  const { content, source, expected } = await readInput(name, example, input)
  return parseJson(content, source, `JSON such as ${expected}`)
}

interface Input {
  readonly content: string
  /** The name of the input, for errors. */
  readonly source: string
  readonly expected: string
}

async function readInput(name: string, example: string, { json, file }: PatchInput): Promise<Input> {
  if ((json === undefined) === (file === undefined)) {
    throw new UsageError(`${name}: expected either JSON such as '${example}', or --file`)
  }
  if (json !== undefined) return { content: json, source: name, expected: `'${example}'; --file needs no quoting` }
  const content = file === '-' ? await text(process.stdin) : (await readInputFile(file ?? '')).toString()
  return { content, source: file === '-' ? 'Standard input' : (file ?? ''), expected: example }
}

/**
 * Reads the file of an option `--file`.
 *
 * @throws Error if it cannot be read
 */
export async function readInputFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw new Error(`--file ${file} cannot be read: ${explainSystemError(cause)}`, { cause })
  }
}

/**
 * Parses a JSON object.
 *
 * @param name of the input, for errors
 * @param expected what the error suggests, such as `{"site":"lab"}`
 * @throws UsageError with the line and the column of a mistake, both counted from 1
 */
export function parseJsonObject(content: string, name: string, expected: string): JsonObject {
  const value = parseJson(content, name, `a JSON object such as ${expected}`)
  if (isJsonObject(value)) return value
  throw new UsageError(`${name}: ${shorten(withoutMark(content))} is not a JSON object such as ${expected}`)
}

function parseJson(content: string, name: string, expected: string): JsonValue {
  const json = withoutMark(content)
  try {
    return JSON.parse(json) as JsonValue
  } catch (cause) {
    throw new UsageError(`${name}: ${describeMistake(json)}; expected ${expected}`, { cause })
  }
}

/** Editors on Windows may start a file with a byte order mark. */
function withoutMark(content: string): string {
  return content.replace(/^\uFEFF/, '')
}

const LINE_BREAK = /\r\n|\r|\n/

/** Errors of JSON.parse state a position only in some engines and cases, and never a line. */
function describeMistake(json: string): string {
  const mistakes: jsonc.ParseError[] = []
  jsonc.parse(json, mistakes, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false })
  const [first] = mistakes
  if (first === undefined) return 'invalid JSON'
  const lines = json.slice(0, first.offset).split(LINE_BREAK)
  const line = json.split(LINE_BREAK)[lines.length - 1] ?? ''
  const problem = jsonc
    .printParseErrorCode(first.error)
    .replace(/(?<=[a-z])([A-Z])/g, ' $1')
    .toLowerCase()
  return `${problem} at line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1} (${shorten(line)})`
}

function shorten(line: string): string {
  const trimmed = line.trim()
  return trimmed.length > 100 ? `${trimmed.slice(0, 100)}…` : trimmed
}
