import { branch, type Cell, type Row } from './compare.ts'
import { find, make } from '../../shared/dom.ts'
import { markFor, type Section } from './marks.ts'

/** One section as a list of rows, in which a change is seen where it happens: the old value struck through, the new lit. */
export interface TreeColumn {
  /** @param isNews whether what is new lights up; the first picture of a twin is no change */
  render(rows: readonly Row[], isNews: boolean): void
}

interface Line {
  readonly item: HTMLLIElement
  readonly value: HTMLElement
  readonly mark: HTMLElement
  cell: Cell
  /** What is on screen of the row; most rows are as they were. */
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

  function update(line: Line, row: Row, isNews: boolean): void {
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
    if (isNews) light(line, before)
    else settle(line)
  }

  function light(line: Line, before: Cell): void {
    settle(line)
    if (typeof before === 'string') line.value.prepend(make('del', '', before), ' ')
    if (line.cell === undefined) {
      line.value.lastChild?.remove()
      line.item.classList.add('going')
    } else {
      // Two names for one flash: another name begins it anew, without a layout between.
      line.flash = line.flash === 'a' ? 'b' : 'a'
      line.item.dataset['flash'] = line.flash
    }
    line.timer = setTimeout(() => settle(line), lingerInMs)
  }

  function settle({ item, value, cell }: Line): void {
    delete item.dataset['flash']
    item.classList.remove('going')
    item.classList.toggle('absent', cell === undefined)
    value.replaceChildren(cell === undefined ? '—' : cell === branch ? '' : cell)
  }

  return {
    render(rows, isNews) {
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
        update(line, row, isNews)
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
    a.acknowledgement?.ac === b.acknowledgement?.ac &&
    a.acknowledgement?.av === b.acknowledgement?.av &&
    a.acknowledgement?.ad === b.acknowledgement?.ad
  )
}
