import { branch, type Cell, type Row } from './compare-twin.ts'

export type Section = 'desired' | 'reported'

export interface Mark {
  readonly text: string
  /** The value of the other section, for screens that hide it. */
  readonly other: string
  readonly title: string
}

const NONE: Mark = { text: '', other: '', title: '' }

/** Compares a row with the other section, in words and signs, for people who cannot see colors. */
export function markFor(section: Section, row: Row): Mark {
  const mark = relationMark(section, row)
  const { acknowledgment } = row
  if (acknowledgment === undefined || section === 'desired') return mark
  const { ac, av, ad } = acknowledgment
  const title = `${mark.title}; acknowledged with code ${ac} for desired version ${av}${ad === undefined ? '' : `: ${ad}`}`
  return { ...mark, text: `${mark.text} ac ${ac} av ${av}`.trim(), title }
}

function relationMark(section: Section, row: Row): Mark {
  const { relation, desired, reported, delta } = row
  const [other, value] = section === 'desired' ? (['reported', reported] as const) : (['desired', desired] as const)
  switch (relation) {
    case 'equal':
      return { ...NONE, text: '=', title: `Same as ${other}` }
    case 'missing':
      if (desired === branch) return NONE
      return section === 'desired'
        ? { ...NONE, text: 'not reported', title: 'The device has not reported this property' }
        : { text: '≠ desired', other: wordsFor(value), title: `Desired is ${wordsFor(value)}` }
    case 'different':
      return {
        text: `≠ ${other}${delta === undefined ? '' : ` ${signed(section === 'desired' ? delta : -delta)}`}`,
        other: wordsFor(value),
        title: `${other === 'desired' ? 'Desired' : 'Reported'} is ${wordsFor(value)}`,
      }
    case 'extra':
      return section === 'reported' && reported !== branch && reported !== undefined
        ? { ...NONE, text: 'not desired', title: 'Only the device sets this property' }
        : NONE
    case 'branch':
      return NONE
  }
}

function wordsFor(cell: Cell): string {
  return cell === branch ? 'an object' : (cell ?? 'nothing')
}

function signed(delta: number): string {
  // Binary fractions: 0.1 + 0.2 is 0.30000000000000004.
  const rounded = Number(delta.toPrecision(12))
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`
}
