import type { JSX } from 'preact'
import type { JsonObject } from '../../../src/formats/json.ts'
import { type QueryColumn, textOf } from './query-columns.ts'

/** More characters than a cell shows. */
const MAX_TEXT = 80

interface RowProps {
  readonly index: number
  readonly row: JsonObject
  readonly columns: readonly QueryColumn[]
  readonly isSelected: boolean
  readonly onSelect: () => void
}

/** A row of the result. A click opens it. */
export function QueryRow({ index, row, columns, isSelected, onSelect }: RowProps): JSX.Element {
  return (
    <tr aria-rowindex={index + 2} aria-current={isSelected ? 'true' : undefined} onClick={onSelect}>
      <th class="number muted" scope="row">
        {index + 1}
      </th>
      {columns.map(({ name, isNumber }) => {
        const value = row[name]
        const kind = value === null ? 'null' : typeof value
        return (
          <td key={name} class={`${kind} ${isNumber ? 'number' : ''}`}>
            {textOf(value).slice(0, MAX_TEXT)}
          </td>
        )
      })}
    </tr>
  )
}
