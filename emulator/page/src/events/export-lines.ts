import type { EventLine } from '../hub/model.ts'

/** Downloads the events as a JSON array. */
export function exportLines(lines: readonly EventLine[]): void {
  const text = `[\n${lines.map(({ text: json }) => json).join(',\n')}\n]\n`
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `hub-events-${new Date().toISOString().replaceAll(':', '-')}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
