/** The columns of the table, from left to right. */
export const COLUMNS = ['device', 'state', 'versions', 'temperature', 'target', 'firmware', 'update'] as const

export type Column = (typeof COLUMNS)[number]

/** The sort keys of a row. Strings sort by the numbers in them: 1.10.0 comes after 1.9.0. */
export type RowKeys = Readonly<Record<Column, number | string>>

export interface RowOrder {
  readonly column: Column
  readonly isDescending: boolean
}

/** A click on the sorted column reverses the order. */
export function nextOrder(order: RowOrder, column: Column): RowOrder {
  return { column, isDescending: order.column === column && !order.isDescending }
}

/** @returns the indices of the rows in their order; rows with equal keys keep theirs */
export function sortedIndices(rows: readonly RowKeys[], { column, isDescending }: RowOrder): number[] {
  const sign = isDescending ? -1 : 1
  return rows
    .map((keys, index) => ({ key: keys[column], index }))
    .sort((a, b) => sign * compare(a.key, b.key) || a.index - b.index)
    .map(({ index }) => index)
}

const texts = new Intl.Collator('en', { numeric: true })

function compare(a: number | string, b: number | string): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : texts.compare(String(a), String(b))
}
