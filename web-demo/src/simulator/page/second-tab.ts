import { type Grant, readGrant } from '../connect/grant.ts'

/** From the tab that was opened, and the answer to it. Nothing of it is in an address or in storage. */
const QUESTION = 'hubtwin: what am I?'

const WAIT_IN_MS = 2000

interface Told {
  readonly hubtwinGrant: Grant
}

/**
 * Opens this page once more, and gives it what this one was given, from memory to memory.
 *
 * @returns whether the browser let it
 */
export function openSecondTab(grant: Grant): boolean {
  const opened = window.open('./?connect=opener', '_blank')
  if (opened === null) return false
  const off = new AbortController()
  addEventListener(
    'message',
    ({ source, origin, data }: MessageEvent) => {
      if (source !== opened || origin !== location.origin || data !== QUESTION) return
      opened.postMessage({ hubtwinGrant: grant } satisfies Told, location.origin)
      off.abort()
    },
    { signal: off.signal },
  )
  return true
}

/** In the tab that was opened. Its opener may be gone, or be another page. */
export function askOpener(): Promise<Grant | undefined> {
  const opener = window.opener as Window | null
  if (opener === null) return Promise.resolve(undefined)
  return new Promise((resolve) => {
    const off = new AbortController()
    const settle = (grant?: Grant): void => {
      off.abort()
      clearTimeout(timer)
      resolve(grant)
    }
    const timer = setTimeout(settle, WAIT_IN_MS)
    addEventListener(
      'message',
      ({ source, origin, data }: MessageEvent<Partial<Record<keyof Told, unknown>> | null>) => {
        if (source === opener && origin === location.origin) settle(readGrant(data?.hubtwinGrant))
      },
      { signal: off.signal },
    )
    opener.postMessage(QUESTION, location.origin)
  })
}
