import { describe, expect, it } from 'vitest'
import { columnsOf, textOf } from '../../../emulator/page/src/query/query-columns.ts'
import {
  FIRST_SESSION,
  nextSession,
  type QueryAction,
  type QuerySession,
} from '../../../emulator/page/src/query/query-session.ts'

const page = (deviceId: string, continuation?: string) => ({
  items: [{ deviceId }],
  itemType: 'Twin',
  continuation,
})

function after(...actions: QueryAction[]): QuerySession {
  return actions.reduce(nextSession, FIRST_SESSION)
}

describe('nextSession()', () => {
  it('appends the rows of the next page, and replaces them when a query runs again', () => {
    const first = after({ type: 'run', id: 1 }, { type: 'answer', id: 1, page: page('a', 'next') })
    expect(first.result).toMatchObject({
      sql: 'SELECT * FROM devices',
      rows: [{ deviceId: 'a' }],
      continuation: 'next',
    })
    const both = [{ type: 'read-more', id: 2 } as const, { type: 'answer', id: 2, page: page('b') } as const].reduce(
      nextSession,
      first,
    )
    expect(both.result).toMatchObject({ rows: [{ deviceId: 'a' }, { deviceId: 'b' }], continuation: undefined })
    const again = nextSession(nextSession(both, { type: 'run', id: 3 }), { type: 'answer', id: 3, page: page('c') })
    expect(again.result?.rows).toEqual([{ deviceId: 'c' }])
  })

  it('ignores the answer to a request that another has replaced', () => {
    const running = after({ type: 'run', id: 1 }, { type: 'run', id: 2 })
    expect(nextSession(running, { type: 'answer', id: 1, page: page('a') })).toBe(running)
    const problem = { reason: 'too late', offset: undefined }
    expect(nextSession(running, { type: 'fail', id: 1, problem })).toBe(running)
  })

  it('keeps the rows when the next page fails, and no rows of another query', () => {
    const problem = { reason: 'the hub does not respond', offset: undefined }
    const shown = after({ type: 'run', id: 1 }, { type: 'answer', id: 1, page: page('a', 'next') })
    const more = nextSession(nextSession(shown, { type: 'read-more', id: 2 }), { type: 'fail', id: 2, problem })
    expect(more.result?.rows).toHaveLength(1)
    const other = nextSession(nextSession(shown, { type: 'run', id: 2 }), { type: 'fail', id: 2, problem })
    expect(other).toMatchObject({ result: undefined, request: { type: 'failed', problem } })
    expect(nextSession(other, { type: 'edit', text: 'SELECT' }).request).toEqual({ type: 'idle' })
  })

  it('remembers 20 queries without repeats, the newest first', () => {
    const texts = [...Array.from({ length: 30 }, (_, at) => `query ${at}`), 'query 20']
    const actions = texts.flatMap((text, id): QueryAction[] => [
      { type: 'edit', text },
      { type: 'run', id },
    ])
    const { history } = after(...actions)
    expect(history).toHaveLength(20)
    expect(history.slice(0, 3)).toEqual(['query 20', 'query 29', 'query 28'])
  })
})

describe('columnsOf()', () => {
  it('starts a document with the fields that matter, and keeps the order of a projection', () => {
    const rows = [
      { etag: 'x', deviceId: 'a', tags: {} },
      { deviceId: 'b', moduleId: 'm' },
    ]
    expect(columnsOf(rows, 'Twin').map(({ name }) => name)).toEqual(['deviceId', 'moduleId', 'tags', 'etag'])
    expect(columnsOf(rows, 'Raw').map(({ name }) => name)).toEqual(['etag', 'deviceId', 'tags', 'moduleId'])
  })

  it('bounds the widths, and aligns only columns of numbers', () => {
    const rows = [
      { n: 1, mixed: 1, long: 'x'.repeat(500) },
      { n: 12345, mixed: 'a' },
    ]
    expect(columnsOf(rows, 'Raw')).toEqual([
      { name: 'n', width: 5, isNumber: true },
      { name: 'mixed', width: 5, isNumber: false },
      { name: 'long', width: 40, isNumber: false },
    ])
  })

  it('shows a nested value as JSON without metadata', () => {
    expect(textOf({ desired: { a: [null, 1], $metadata: { a: {} }, $version: 2 } })).toBe(
      '{"desired":{"a":[null,1],"$version":2}}',
    )
    expect([textOf(undefined), textOf(null), textOf('a'), textOf(false)]).toEqual(['', 'null', 'a', 'false'])
  })
})
