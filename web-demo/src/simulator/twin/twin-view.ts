import type { TwinDocument } from 'hubtwin/light'
import { find, make, setText } from '../../shared/dom.ts'
import { showAge } from '../../shared/show-age.ts'
import { compareRows, compareTwin, countDifferences, type Row } from './compare-twin.ts'
import type { Section } from './marks.ts'
import { createTreeColumn } from './tree-column.ts'

/** How long a change stays highlighted, and a deleted property struck through. */
const LINGER_IN_MS = 2000

const SECTIONS: readonly Section[] = ['desired', 'reported']

/** Desired and reported: the same rows in the same order, with their differences. */
export interface TwinView {
  /** @param document `undefined` before the first sync, which is not a deletion */
  render(document: TwinDocument | undefined): void
  /** Call this once a second: the ages grow. */
  tick(): void
}

export function createTwinView(): TwinView {
  const columns = find('columns', HTMLElement)
  const trees = SECTIONS.map((section) => createTreeColumn(section, LINGER_IN_MS))
  let document: TwinDocument | undefined
  let shown: readonly Row[] = []
  /** Rows of deleted properties, which stay for a moment. */
  const deleted = new Map<string, Row>()
  const changedAt: Partial<Record<Section, Date>> = {}

  function renderRows(isChange: boolean): void {
    const rows = document === undefined ? [] : compareTwin(document.desired, document.reported)
    const present = new Set(rows.map(({ path }) => path))
    for (const row of shown) if (isChange && !present.has(row.path)) linger(row)
    for (const path of present) deleted.delete(path)
    const all = [...rows, ...deleted.values()].sort(compareRows)
    columns.style.setProperty('--rows', String(Math.max(1, all.length)))
    for (const tree of trees) tree.render(all, isChange)
    const differences = countDifferences(rows)
    setText(find('desired-tab', HTMLElement), differences === 0 ? 'Desired' : `Desired ≠ ${differences}`)
    shown = rows
  }

  function linger({ path, key, depth }: Row): void {
    const gone: Row = { path, key, depth, desired: undefined, reported: undefined, relation: 'extra' }
    deleted.set(path, gone)
    setTimeout(() => {
      if (deleted.get(path) !== gone) return
      deleted.delete(path)
      renderRows(true)
    }, LINGER_IN_MS)
  }

  function renderHead(section: Section, before: TwinDocument | undefined): void {
    const version = document?.versions[section]
    if (version === undefined) delete changedAt[section]
    else if (version !== before?.versions[section]) changedAt[section] = new Date()
    setText(find(`${section}-version`, HTMLElement), version === undefined ? '' : `v${version}`)
    const empty = find(`${section}-empty`, HTMLElement)
    empty.hidden = shown.some((row) => row[section] !== undefined)
    empty.replaceChildren(...(document === undefined ? ['Waiting for the twin…'] : emptyWords(section)))
  }

  function tick(): void {
    for (const section of SECTIONS) showAge(find(`${section}-time`, HTMLTimeElement), changedAt[section])
  }

  return {
    tick,
    render(next) {
      const before = document
      document = next
      if (next === undefined) deleted.clear()
      renderRows(before !== undefined && next !== undefined)
      for (const section of SECTIONS) renderHead(section, before)
      tick()
    },
  }
}

function emptyWords(section: Section): (Node | string)[] {
  if (section === 'reported') return ['Nothing reported yet. Apply the desired properties, or report a patch.']
  const command = make('code', '', `npm run service -- desired set '{"climate":{"target":23}}'`)
  return ['Nothing desired yet. A back end sets these properties. With the local hub, try in a terminal: ', command]
}
