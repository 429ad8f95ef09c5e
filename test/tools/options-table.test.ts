import { describe, expect, it } from 'vitest'
import { readOptions } from '../../tools/options/read-options.ts'
import { defaultComplaints, optionsTable } from '../../tools/options/table.ts'

const SOURCE = `
import { type Other } from './other.ts'

export interface Unrelated { readonly limit?: number }

/** Options. */
export interface Options {
  /**
   * The number of messages
   * (docs/protocol/device.md §1.6), \`a|b\`.
   *
   * A second paragraph.
   * @default 10
   */
  readonly limit?: number | undefined
  /** Keeps them. */
  readonly keep?: Other
  /**
   * The text.
   * @default 'short'
   * @see "Long Texts" in the README
   */
  readonly text?: string
  /**
   * The time.
   * @default no
   * limit
   */
  readonly time?: number
}
`

const OPTIONS = readOptions('options.ts', SOURCE, 'Options')

describe('The table of options', () => {
  it('has the first paragraph of each docstring, without citations', () => {
    expect(optionsTable('option', OPTIONS).split('\n')).toEqual([
      '| option | default | meaning |',
      '| --- | --- | --- |',
      '| `limit` | 10 | The number of messages, `a\\|b`. |',
      '| `keep` | none | Keeps them. |',
      "| `text` | `'short'` | The text. See [Long Texts](#long-texts). |",
      '| `time` | no limit | The time. |',
    ])
  })

  it('needs a docstring for each option', () => {
    const source = 'export interface Options {\n  /** One. */\n  readonly a?: 1\n  readonly b?: 2\n}'
    expect(() => readOptions('x.ts', source, 'Options')).toThrow('x.ts: Options.b has no docstring')
    expect(() => readOptions('x.ts', source, 'Missing')).toThrow('x.ts exports no interface Missing')
  })

  it('shows the defaults that the code applies', () => {
    expect(defaultComplaints(OPTIONS, { limit: 10, text: 'short', time: Infinity, keep: undefined })).toEqual([])
    expect(defaultComplaints(OPTIONS, { limit: 11, keep: true, text: 'long' })).toEqual([
      'limit is 11 by default, not 10',
      'keep is true by default, not none',
      "text is 'long' by default, not 'short'",
    ])
  })
})
