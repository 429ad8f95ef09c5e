import { branch, type Cell, type Row } from './compare-twin.ts'
import { find, make } from '../../shared/dom.ts'
import { markFor, type Section } from './marks.ts'

/**
 * A section as a list of rows. A change strikes through the old value and highlights the new
 * value.
 */
export interface TreeColumn {
  /** @param isChange false for the first twin of a device, which highlights nothing */
  render(rows: readonly Row[], isChange: boolean): void
}

interface Line {
  readonly item: HTMLLIElement
  readonly value: HTMLElement
  readonly mark: HTMLElement
  cell: Cell
  /** The rendered row, for comparison. Most rows do not change, and then nothing is rendered. */
  row?: Row
  flash?: 'a' | 'b'
  timer?: ReturnType<typeof setTimeout>
}

export function createTreeColumn(section: Section, lingerInMs: number): TreeColumn {
  const list = find(`${section}-tree`, HTMLUListElement)
  const lines = new Map<string, Line>()

  function makeLine({ path, key, depth }: Row): Line {
    const value = make('span', 'value')
    const mark = make('span', 'mark')
    const above = path.slice(0, path.length - key.length)
    const name = make('span', 'key', make('span', 'visually-hidden', above), key)
    const item = make('li', 'line', name, value, mark)
    item.style.setProperty('--depth', String(depth))
    item.dataset['path'] = path
    const line: Line = { item, value, mark, cell: undefined }
    lines.set(path, line)
    settle(line)
    return line
  }

  function update(line: Line, row: Row, isChange: boolean): void {
    if (line.row !== undefined && isSame(line.row, row)) return
    line.row = row
    const { cell: before } = line
    const after = row[section]
    const mark = markFor(section, row)
    line.item.dataset['relation'] = row.relation
    line.item.title = mark.title
    line.mark.replaceChildren(mark.text, ...(mark.other === '' ? [] : [make('span', 'other', ` ${mark.other}`)]))
    if (before === after) return
    line.cell = after
    clearTimeout(line.timer)
    if (isChange) highlight(line, before)
    else settle(line)
  }

  function highlight(line: Line, before: Cell): void {
    settle(line)
    if (typeof before === 'string') line.value.prepend(make('del', '', before), ' ')
    if (line.cell === undefined) {
      line.value.lastChild?.remove()
      line.item.classList.add('deleted')
    } else {
      // The other animation name restarts the animation without a forced layout.
      line.flash = line.flash === 'a' ? 'b' : 'a'
      line.item.dataset['flash'] = line.flash
    }
    line.timer = setTimeout(() => settle(line), lingerInMs)
  }

  function settle({ item, value, cell }: Line): void {
    delete item.dataset['flash']
    item.classList.remove('deleted')
    item.classList.toggle('absent', cell === undefined)
    value.replaceChildren(cell === undefined ? '—' : cell === branch ? '' : cell)
  }

  return {
    render(rows, isChange) {
      const paths = new Set(rows.map(({ path }) => path))
      for (const [path, { item, timer }] of lines) {
        if (paths.has(path)) continue
        clearTimeout(timer)
        item.remove()
        lines.delete(path)
      }
      let place = list.firstElementChild
      for (const row of rows) {
        const line = lines.get(row.path) ?? makeLine(row)
        if (line.item === place) place = place.nextElementSibling
        else list.insertBefore(line.item, place)
        update(line, row, isChange)
      }
    },
  }
}

function isSame(a: Row, b: Row): boolean {
  return (
    a.desired === b.desired &&
    a.reported === b.reported &&
    a.relation === b.relation &&
    a.delta === b.delta &&
    a.acknowledgment?.ac === b.acknowledgment?.ac &&
    a.acknowledgment?.av === b.acknowledgment?.av &&
    a.acknowledgment?.ad === b.acknowledgment?.ad
  )
}
