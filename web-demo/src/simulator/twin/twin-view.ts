import type { TwinDocument } from 'hubtwin/light'
import { compareRows, compareTwin, countDifferences, type Row } from './compare.ts'
import { find, make, setText } from '../../shared/dom.ts'
import type { Section } from './marks.ts'
import { showAge } from '../../shared/time.ts'
import { createTreeColumn } from './tree-column.ts'

/** As long as a change is lit, and as long as a deleted property stays, struck through. */
const LINGER_IN_MS = 2000

const sections: readonly Section[] = ['desired', 'reported']

/** Desired and reported: the same rows in the same order, and what differs between them. */
export interface TwinView {
  /** `undefined` before the hub has told: then there is nothing to show, and that is no deletion. */
  render(document: TwinDocument | undefined): void
  /** Once a second, for the ages. */
  tick(): void
}

export function createTwinView(): TwinView {
  const columns = find('columns', HTMLElement)
  const trees = sections.map((section) => createTreeColumn(section, LINGER_IN_MS))
  let document: TwinDocument | undefined
  let shown: readonly Row[] = []
  /** Rows of properties that neither section has any more, for a while. */
  const going = new Map<string, Row>()
  const changedAt: Partial<Record<Section, Date>> = {}

  function renderRows(isNews: boolean): void {
    const rows = document === undefined ? [] : compareTwin(document.desired, document.reported)
    const present = new Set(rows.map(({ path }) => path))
    for (const row of shown) if (isNews && !present.has(row.path)) linger(row)
    for (const path of present) going.delete(path)
    const all = [...rows, ...going.values()].sort(compareRows)
    columns.style.setProperty('--rows', String(Math.max(1, all.length)))
    for (const tree of trees) tree.render(all, isNews)
    const differences = countDifferences(rows)
    setText(find('desired-tab', HTMLElement), differences === 0 ? 'Desired' : `Desired ≠ ${differences}`)
    shown = rows
  }

  function linger({ path, key, depth }: Row): void {
    const gone: Row = { path, key, depth, desired: undefined, reported: undefined, relation: 'extra' }
    going.set(path, gone)
    setTimeout(() => {
      if (going.get(path) !== gone) return
      going.delete(path)
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
    empty.replaceChildren(...(document === undefined ? ['Waiting for the hub to tell.'] : emptyWords(section)))
  }

  function tick(): void {
    for (const section of sections) showAge(find(`${section}-time`, HTMLTimeElement), changedAt[section])
  }

  return {
    tick,
    render(next) {
      const before = document
      document = next
      if (next === undefined) going.clear()
      renderRows(before !== undefined && next !== undefined)
      for (const section of sections) renderHead(section, before)
      tick()
    },
  }
}

function emptyWords(section: Section): (Node | string)[] {
  if (section === 'reported') return ['Nothing reported yet. Apply what is desired, or report a patch.']
  const command = make('code', '', 'npm run service -- update-desired-properties 1')
  return [
    'Nothing desired yet. What the device should be is set by a back end; for the local hub, in a terminal: ',
    command,
  ]
}
