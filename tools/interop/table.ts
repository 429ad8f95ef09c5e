/** The result of an operation of an SDK. */
export interface Outcome {
  /** The SDK with its transport, as the tests are grouped. */
  readonly sdk: string
  readonly operation: string
  readonly passed: boolean
}

/** An operation that is not supported, and the reason. */
export interface LeftOut {
  readonly operation: string
  readonly sdk: string
  readonly reason: string
}

interface Run {
  readonly testResults: readonly { readonly name: string; readonly assertionResults: readonly Assertion[] }[]
}

interface Assertion {
  readonly ancestorTitles: string[]
  readonly title: string
  readonly status: string
}

/**
 * Reads the result of vitest's JSON reporter, sorted by file name, because files end in any order.
 * Only tests in a group are operations.
 */
export function asRun(result: unknown): Outcome[] {
  return [...(result as Run).testResults]
    .sort((one, other) => order(one.name, other.name))
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ ancestorTitles }) => ancestorTitles.length > 0)
    .map(({ ancestorTitles, title, status }) => ({
      sdk: ancestorTitles[0] ?? '',
      operation: title,
      passed: status === 'passed',
    }))
}

/** Reads the result of `vitest list --json`, as if all tests had passed. */
export function asListed(list: unknown): Outcome[] {
  return [...(list as readonly { readonly name: string; readonly file: string }[])]
    .sort((one, other) => order(one.file, other.file))
    .map(({ name }) => name.split(' > '))
    .filter((titles) => titles.length > 1)
    .map(([sdk = '', ...rest]) => ({ sdk, operation: rest.join(' > '), passed: true }))
}

function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Formats two Markdown tables: the supported operations and the missing operations. */
export function tables(outcomes: readonly Outcome[], leftOut: readonly LeftOut[]): string {
  return [
    '| operation | SDK | verdict |',
    '| --- | --- | --- |',
    ...joined(outcomes).map(({ operation, sdk, passed }) => row(operation, sdk, passed ? 'passes' : '**fails**')),
    '',
    '| not here | SDK | why |',
    '| --- | --- | --- |',
    ...leftOut.map(({ operation, sdk, reason }) => row(operation, sdk, reason)),
  ].join('\n')
}

export function summaryLine(outcomes: readonly Outcome[], leftOut: readonly LeftOut[]): string {
  const rows = joined(outcomes)
  const passed = rows.filter((each) => each.passed).length
  return (
    `The unmodified official SDKs take it for a hub: ${passed} of ${rows.length} operations pass, over both transports of a device; ` +
    `${leftOut.length} are not here. [The table](emulator/README.md#the-official-sdks) names them.`
  )
}

const over = ' over '

/** Merges the rows of an operation with the same result over several transports. */
function joined(outcomes: readonly Outcome[]): Outcome[] {
  const rows = new Map<string, Outcome>()
  for (const outcome of outcomes) {
    const [sdk = '', transport] = outcome.sdk.split(over)
    const key = [sdk, outcome.operation, outcome.passed].join('\n')
    const before = rows.get(key)
    const name = before === undefined ? outcome.sdk : `${before.sdk}, ${transport ?? ''}`
    rows.set(key, { ...outcome, sdk: name })
  }
  return [...rows.values()]
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** Replaces the text between two markers of a document. @throws Error if a marker is missing */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [start, stop] = [document.indexOf(begin), document.indexOf(end)]
  if (start < 0 || stop < start) throw new Error(`There is no ${begin} with an ${end} after it`)
  return `${document.slice(0, start + begin.length)}\n\n${text}\n\n${document.slice(stop)}`
}
