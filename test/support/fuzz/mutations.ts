import fc from 'fast-check'

/** A small mutation of a text or of bytes. */
interface Mutation {
  readonly type: 'replace' | 'insert' | 'remove' | 'repeat' | 'cut'
  /** The position, from 0 (start) to 1 (end). */
  readonly at: number
  readonly length: number
  readonly bytes: Uint8Array
}

const TEXTS = [
  '\0',
  '%',
  '%00',
  '%E0%A4%A',
  '..',
  '/',
  '#',
  '+',
  '?',
  '&',
  '=',
  '$',
  '"',
  "'",
  '\\',
  '\r\n',
  '__proto__',
]
const nasty = [...TEXTS, 'constructor', 'é', '\ud800', '💡', '1e400', '-1', '9'.repeat(30)].map((text) =>
  Buffer.from(text),
)

const mutation: fc.Arbitrary<Mutation> = fc.record({
  type: fc.constantFrom('replace', 'insert', 'remove', 'repeat', 'cut'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 9 }),
  bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.constantFrom(...nasty)),
})

/** Applies up to this many small mutations to a valid case; often none. */
export function mutated(good: fc.Arbitrary<Buffer>, most: number): fc.Arbitrary<Buffer> {
  const mutations = fc.oneof(fc.constant([]), fc.array(mutation, { maxLength: most }))
  return fc.tuple(good, mutations).map(([bytes, harms]) => harms.reduce(harm, bytes))
}

function harm(bytes: Buffer, { type, at, length, bytes: others }: Mutation): Buffer {
  const start = Math.floor(at * bytes.length)
  const before = bytes.subarray(0, start)
  const piece = bytes.subarray(start, start + length)
  const after = bytes.subarray(start + length)
  switch (type) {
    case 'replace':
      return Buffer.concat([before, others, bytes.subarray(start + others.length)])
    case 'insert':
      return Buffer.concat([before, others, piece, after])
    case 'remove':
      return Buffer.concat([before, after])
    case 'repeat':
      return Buffer.concat([before, ...Array.from({ length: length + 1 }, () => piece), after])
    case 'cut':
      return before
  }
}
