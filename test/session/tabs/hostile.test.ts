import { describe, expect, test } from 'vitest'
import { readMessage } from '../../../core/src/tabs/read-message.ts'
import { settle } from '../fake-clock.ts'
import { peek } from '../open-scripted.ts'
import { DESIRED, openTabs, stranger } from './open-tabs.ts'

function nest(levels: number): object {
  let value: object = {}
  for (let level = 0; level < levels; level++) value = { a: value }
  return value
}

describe('openSharedTwin(), when a script of the origin posts', () => {
  test.each<[string, unknown]>([
    ['a BigInt', { a: 1n }],
    ['500 nested objects', nest(500)],
    ['a cycle', Object.assign([], { 0: nest(1) })],
    ['a Date', { a: new Date(0) }],
    ['a key that the hub rejects', { 'a.b': 1 }],
    ['a text that the hub rejects', { a: 'x'.repeat(4097) }],
    ['no patch', undefined],
  ])('%s as a report, sends the reports of all tabs', async (_, patch) => {
    const { hub, tabs, payloads, browser } = await openTabs(2)
    const { term } = browser.posted.find(({ type }) => type === 'lead') as unknown as { term: string }
    const { post } = stranger(browser)
    post({ type: 'call', tab: 'stranger', term, id: 1, call: { type: 'report', patch } })
    post({ type: 'handover', reports: [{ tab: 'stranger', id: 2, patch }] })
    await settle()
    for (const [index, { twin }] of tabs.entries()) {
      const report = twin.report({ [`tab${index}`]: true })
      await settle()
      hub.wire.answer(204, '', index + 2)
      expect(await peek(report)).toEqual({ value: index + 2 })
    }
    expect(payloads()).toEqual(['{"tab0":true}', '{"tab1":true}'])
  })

  test('updates with malformed fields, shows them in no tab', async () => {
    const { hub, tabs, browser } = await openTabs(2)
    const { term } = browser.posted.find(({ type }) => type === 'lead') as unknown as { term: string }
    const { n } = browser.posted.filter(({ type }) => type === 'welcome').at(-1) as unknown as { n: number }
    const { post } = stranger(browser)
    for (const update of [
      { type: 'status', status: { type: 'closed' } },
      { type: 'status', status: { type: 'waiting', retryInMs: 'soon', error: {} } },
      { type: 'desired', version: -1, properties: { a: 'hostile' } },
      { type: 'desired', version: 2, properties: 7n },
      { type: 'document', document: { desired: null, reported: {}, versions: { desired: 1, reported: 1 } } },
    ]) {
      post({ type: 'update', term, n: n + 1, update })
    }
    await settle()
    hub.wire.message(`${DESIRED}2`, { a: 1 })
    await settle()
    for (const { twin } of tabs) expect([twin.desired, twin.status]).toEqual([{ a: 1 }, { type: 'ready' }])
  })
})

/** Every message that tabs send while they share a twin, fail, abort, and hand over. */
async function recordMessages(): Promise<readonly object[]> {
  const { hub, tabs, browser, clock } = await openTabs(3, { desired: { $version: 1, a: '\ud800' } })
  const refused = tabs[1].twin.report({ a: 1 })
  await settle()
  hub.wire.answer(400, '')
  await expect(refused).rejects.toMatchObject({ code: 'ERR_BAD_REQUEST' })
  const abort = new AbortController()
  const waits = [tabs[1].twin.report({ b: 2 }), tabs[2].twin.report({ c: 3 }, abort), tabs[2].twin.refresh()]
  for (const wait of waits) wait.catch(() => {})
  await settle()
  abort.abort()
  hub.wire.message(`${DESIRED}2`, { b: [1] })
  await settle()
  hub.wire.drop()
  await clock.advance(10_000)
  await tabs[0].twin.close()
  await settle()
  return browser.posted
}

/**
 * Copies of a value, each with a different leaf replaced. `readMessage` ignores the name of an
 * error.
 */
function* replaceLeaves(value: unknown, leaf: unknown): Generator {
  if (typeof value !== 'object' || value === null) return void (yield leaf)
  for (const [key, item] of Object.entries(value)) {
    if (key === 'name' || item === undefined) continue
    for (const replaced of replaceLeaves(item, leaf)) {
      yield Array.isArray(value)
        ? value.map((other: unknown, index) => (String(index) === key ? replaced : other))
        : { ...value, [key]: replaced }
    }
  }
}

test('readMessage() reads every message of the tabs, and rejects a BigInt in any field', async () => {
  const messages = await recordMessages()
  const types = new Set(messages.map((message) => (message as { type: string }).type))
  expect([...types].sort()).toEqual(['call', 'cancel', 'handover', 'hello', 'lead', 'outcome', 'update', 'welcome'])
  for (const message of messages) {
    expect(readMessage(message), JSON.stringify(message)).toMatchObject({ type: (message as { type: string }).type })
    for (const broken of replaceLeaves(message, 1n)) expect(readMessage(broken)).toBeUndefined()
  }
})
