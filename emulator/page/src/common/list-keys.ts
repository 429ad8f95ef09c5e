/**
 * The keys that move through a list or a table (ARIA Authoring Practices: grid).
 *
 * @param page the rows that a page has
 * @returns how many rows a key moves; `undefined` for any other key
 */
export function rowsOfKey(key: string, page: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -Infinity,
    End: Infinity,
  }
  return steps[key]
}
