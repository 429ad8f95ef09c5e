import type { Capabilities } from '../../test/contract/capabilities.ts'
import type { RuntimeRecord } from '../../test/contract/runtime-record.ts'

const COLUMNS: Readonly<Record<keyof Capabilities, string>> = {
  webSocket: 'WebSocket',
  tabs: 'tabs',
  webStorage: '`webStorage`',
  fileStorage: '`fileStorage`',
  wakeEvents: 'wake events',
}

/** Answers that need no explanation. Every other answer is the reason for a `no`. */
const PLAIN = ['yes', 'native', 'package `ws`', 'page and network', 'network']

/** A Markdown table of the runtimes, and the reasons below it. */
export function runtimesTable(records: readonly RuntimeRecord[]): string {
  const reasons: string[] = []
  const cell = (answer: string): string => {
    if (PLAIN.includes(answer)) return answer
    if (!reasons.includes(answer)) reasons.push(answer)
    return `no (${reasons.indexOf(answer) + 1})`
  }
  const names = Object.keys(COLUMNS) as (keyof Capabilities)[]
  const head = ['runtime', 'tested', '`hubtwin`', '`hubtwin/light`', ...names.map((name) => COLUMNS[name])]
  const rows = records.map(({ runtime, version, tests, capabilities }) => [
    runtime,
    version,
    counts(tests, ['openTwin()', 'openSharedTwin()']),
    counts(tests, ['openLightTwin()', 'openLightSharedTwin()']),
    ...names.map((name) => cell(capabilities[name])),
  ])
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const table = [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
  return [
    table,
    ...(reasons.length > 0 ? [reasons.map((reason, index) => `${index + 1}. ${reason}.`).join('\n')] : []),
  ].join('\n\n')
}

function counts(tests: RuntimeRecord['tests'], openers: readonly string[]): string {
  const ways = Object.entries(tests).filter(([way]) => openers.includes(way.split(', ')[1] ?? ''))
  const sum = (index: 0 | 1): number => ways.reduce((total, [, result]) => total + result[index], 0)
  const isPlainOnly = ways.every(([way]) => way.startsWith('ws,'))
  return `${sum(0)} of ${sum(1)}${isPlainOnly ? ', without TLS' : ''}`
}
