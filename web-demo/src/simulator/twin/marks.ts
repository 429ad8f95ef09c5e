import { branch, type Cell, type Row } from './compare.ts'

export type Section = 'desired' | 'reported'

export interface Mark {
  readonly text: string
  /** The value on the other side, for where that is out of sight. */
  readonly other: string
  readonly title: string
}

const none: Mark = { text: '', other: '', title: '' }

/** What one side says about the other: words and signs, as colour alone is lost on many. */
export function markFor(section: Section, row: Row): Mark {
  const mark = relationMark(section, row)
  const { acknowledgement } = row
  if (acknowledgement === undefined || section === 'desired') return mark
  const { ac, av, ad } = acknowledgement
  const title = `${mark.title}; acknowledged with code ${ac} for desired version ${av}${ad === undefined ? '' : `: ${ad}`}`
  return { ...mark, text: `${mark.text} ac ${ac} av ${av}`.trim(), title }
}

function relationMark(section: Section, row: Row): Mark {
  const { relation, desired, reported, delta } = row
  const [other, value] = section === 'desired' ? (['reported', reported] as const) : (['desired', desired] as const)
  switch (relation) {
    case 'equal':
      return { ...none, text: '=', title: `same as ${other}` }
    case 'missing':
      if (desired === branch) return none
      return section === 'desired'
        ? { ...none, text: 'not reported', title: 'the device has not reported it' }
        : { text: '≠ desired', other: wordsFor(value), title: `desired is ${wordsFor(value)}` }
    case 'different':
      return {
        text: `≠ ${other}${delta === undefined ? '' : ` ${signed(section === 'desired' ? delta : -delta)}`}`,
        other: wordsFor(value),
        title: `${other} is ${wordsFor(value)}`,
      }
    case 'extra':
      return section === 'reported' && reported !== branch && reported !== undefined
        ? { ...none, text: 'not desired', title: 'of the device alone: nothing is desired here' }
        : none
    case 'branch':
      return none
  }
}

function wordsFor(cell: Cell): string {
  return cell === branch ? 'an object' : (cell ?? 'nothing')
}

function signed(delta: number): string {
  // Subtraction leaves 0.30000000000000004 where 0.3 is meant.
  const rounded = Number(delta.toPrecision(12))
  return rounded < 0 ? `−${-rounded}` : `+${rounded}`
}
