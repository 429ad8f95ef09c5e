import type { EventLine } from '../hub/model.ts'

/** Saves events as an array of JSON, as they came. */
export function exportLines(lines: readonly EventLine[]): void {
  const text = `[\n${lines.map(({ text: json }) => json).join(',\n')}\n]\n`
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `hub-events-${new Date().toISOString().replaceAll(':', '-')}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
