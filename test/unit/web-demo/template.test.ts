import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTemplate, type TemplateValues } from '../../../web-demo/src/simulator/telemetry/template.ts'

const values: TemplateValues = { temperature: 21.5, target: 23, counter: 7, now: 0, random: () => 0.5 }

function render(text: string, given: Partial<TemplateValues> = {}): string {
  const template = readTemplate(text)
  if (template.type === 'invalid') throw new Error(template.message)
  return template.render({ ...values, ...given })
}

describe('readTemplate()', () => {
  test.each([
    ['{ "t": {{temperature}}, "to": {{ target }} }', '{ "t": 21.5, "to": 23 }'],
    ['{{counter}}/{{counter}} at {{now}}', '7/7 at 1970-01-01T00:00:00.000Z'],
    ['{{random 1 10}} {{random 0.00 1.00}} {{random -5 -5}}', '6 0.50 -5'],
    ['no placeholder } { }}', 'no placeholder } { }}'],
    ['', ''],
  ])('renders %j', (text, expected) => {
    expect(render(text)).toBe(expected)
  })

  test('renders null for a value that nothing measures', () => {
    expect(render('{{temperature}} {{target}}', { temperature: undefined, target: undefined })).toBe('null null')
  })

  test.each([
    [
      '{\n  "a": {{humidity}} }',
      2,
      10,
      '“humidity” is no placeholder; expected temperature, target, counter, now, random 1 10',
    ],
    [
      '{{constructor}}',
      1,
      3,
      '“constructor” is no placeholder; expected temperature, target, counter, now, random 1 10',
    ],
    ['a {{', 1, 3, 'The placeholder has no }} at its end'],
    ['{{ }}', 1, 4, 'The placeholder is empty; expected temperature, target, counter, now, random 1 10'],
    ['{{  now 1}}', 1, 5, '“now” takes no values, but has “1”'],
    ['{{random 1}}', 1, 3, '“random” needs two numbers, such as “random 1 10”'],
    ['{{random a b}}', 1, 3, '“random” needs two numbers, such as “random 1 10”'],
    ['{{random 10 1}}', 1, 3, '“random” needs the smaller number first, but has 10 and 1'],
  ])('names the problem in %j with its position', (text, line, column, message) => {
    expect(readTemplate(text)).toEqual({ type: 'invalid', line, column, message })
  })

  test('draws random whole numbers from both ends and between', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1000, max: 1000 }),
        fc.nat(1000),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (low, span, random) => {
          const drawn = Number(render(`{{random ${low} ${low + span}}}`, { random: () => random }))
          expect(Number.isInteger(drawn) && drawn >= low && drawn <= low + span).toBe(true)
        },
      ),
    )
    expect([0, 0.999_999].map((random) => render('{{random 1 10}}', { random: () => random }))).toEqual(['1', '10'])
  })

  test('reads every text without throwing, and renders text without braces unchanged', () => {
    fc.assert(fc.property(fc.string(), (text) => void readTemplate(text)))
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes('{{')),
        (text) => {
          expect(render(text)).toBe(text)
        },
      ),
    )
  })
})
