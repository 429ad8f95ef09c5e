/** The result of an operation of an SDK. */
export interface Outcome {
  /** With the transport, as in the name of the test group. */
  readonly sdk: string
  readonly operation: string
  readonly passed: boolean
}

/** A missing feature and the reason. */
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
 * Reads the result of vitest's JSON reporter, sorted by file name. Only tests in a group are
 * operations.
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

/** Removes the other tests from a report of the whole suite `interop`. */
export function onlyOperations(result: unknown): unknown {
  return { testResults: (result as Run).testResults.filter(({ name }) => name.includes('/interop/operations/')) }
}

/** Reads the output of `vitest list --json` as a run in which every test passed. */
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

/** Two Markdown tables: the operations and their results, and the missing features. */
export function tables(outcomes: readonly Outcome[], leftOut: readonly LeftOut[]): string {
  return [
    '| operation | SDK | result |',
    '| --- | --- | --- |',
    ...joined(outcomes).map(({ operation, sdk, passed }) => row(operation, sdk, passed ? 'passes' : '**fails**')),
    '',
    '| missing feature | SDK | reason |',
    '| --- | --- | --- |',
    ...leftOut.map(({ operation, sdk, reason }) => row(operation, sdk, reason)),
  ].join('\n')
}

export function summaryLine(outcomes: readonly Outcome[], leftOut: readonly LeftOut[]): string {
  const rows = joined(outcomes)
  const passed = rows.filter((each) => each.passed).length
  return (
    `The local hub passes ${passed} of ${rows.length} operations of the unmodified official SDKs, over both MQTT transports of a device. ` +
    `It lacks ${leftOut.length} features. [The table](docs/emulator/azure-sdks.md) lists them all.`
  )
}

const OVER = ' over '

/** Operations with the same result over several transports share a row. */
function joined(outcomes: readonly Outcome[]): Outcome[] {
  const rows = new Map<string, Outcome>()
  for (const outcome of outcomes) {
    const [sdk = '', transport] = outcome.sdk.split(OVER)
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

/**
 * Replaces the text between the two markers of that name.
 *
 * @throws Error when a marker is missing
 */
export function withSection(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`]
  const [start, stop] = [document.indexOf(begin), document.indexOf(end)]
  if (start < 0 || stop < start) throw new Error(`There is no ${begin} with an ${end} after it`)
  return `${document.slice(0, start + begin.length)}\n\n${text}\n\n${document.slice(stop)}`
}
