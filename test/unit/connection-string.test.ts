import { describe, expect, test } from 'vitest'
import { parseConnectionString } from '../../core/src/protocol/connection-string.ts'
import vectors from '../vectors/connection-strings.json' with { type: 'json' }

function refusal(text: string): unknown {
  try {
    parseConnectionString(text)
  } catch (error) {
    return error
  }
  return undefined
}

describe('parseConnectionString()', () => {
  test.each(vectors.accepted)('reads: $name', ({ text, parsed }) => {
    expect(parseConnectionString(text)).toEqual(parsed)
  })

  test.each(vectors.refused)('refuses with a SyntaxError that names the part: $name', ({ text, fault }) => {
    const error = refusal(text)
    expect(error).toBeInstanceOf(SyntaxError)
    expect((error as Error).message).toContain(fault)
  })

  test('never repeats a key or a signature', () => {
    const secrets = /c2VjcmV0/
    const messages = vectors.refused.filter(({ text }) => secrets.test(text)).map(({ text }) => String(refusal(text)))
    expect(messages.length).toBeGreaterThan(20)
    for (const message of messages) expect(message).not.toMatch(secrets)
  })

  test.each([undefined, null, 7])('refuses %s with a TypeError', (given) => {
    expect(() => parseConnectionString(given as unknown as string)).toThrow(TypeError)
  })
})
