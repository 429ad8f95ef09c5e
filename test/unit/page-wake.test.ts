import { expect, onTestFinished, test, vi } from 'vitest'
import { pageWakeSource } from '../../core/src/runtime/page-wake.ts'

/** A document that counts its listeners. */
function stubDocument(): { readonly document: EventTarget; readonly listeners: () => number } {
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  const add = vi.spyOn(document, 'addEventListener')
  vi.stubGlobal('document', document)
  onTestFinished(() => void vi.unstubAllGlobals())
  return { document, listeners: () => add.mock.calls.length }
}

test('Hundreds of twins share the listeners of a page, and the last to close removes them', () => {
  const { document, listeners } = stubDocument()
  const heard: string[] = []
  const offs = Array.from({ length: 300 }, (_, twin) => pageWakeSource((event) => heard.push(`${twin} ${event}`)))
  expect(listeners()).toBe(3)
  document.dispatchEvent(new Event('freeze'))
  expect(heard.length).toBe(300)

  for (const off of offs.slice(1)) off()
  document.dispatchEvent(new Event('resume'))
  expect(heard.slice(300)).toEqual(['0 wake'])

  offs[0]?.()
  document.dispatchEvent(new Event('visibilitychange'))
  expect(heard.length).toBe(301)
})

test('A twin that opens after the last has closed gets the events of the page again', () => {
  const { document } = stubDocument()
  pageWakeSource(() => {})()
  const heard: string[] = []
  const off = pageWakeSource((event) => heard.push(event))
  document.dispatchEvent(new Event('visibilitychange'))
  document.dispatchEvent(new Event('freeze'))
  off()
  expect(heard).toEqual(['wake', 'sleep'])
})
