import type { Grant } from '../connect/grant.ts'
import { readLink, searchOf } from '../connect/link.ts'

/**
 * The request of the opened tab. Neither the request nor its response appears in a URL or in
 * storage.
 */
const REQUEST = 'hubtwin: send the grant'

const TIMEOUT_IN_MS = 2000

interface GrantMessage {
  readonly hubtwinGrant: Grant
}

/**
 * Opens this page in another tab and sends it the grant, from memory to memory.
 *
 * @returns whether the browser allowed the tab
 */
export function openSecondTab(grant: Grant): boolean {
  // The address bar has the settings of the device.
  const { settings } = readLink(location.search)
  const opened = window.open(`./${searchOf({ connect: 'opener', settings })}`, '_blank')
  if (opened === null) return false
  const off = new AbortController()
  addEventListener(
    'message',
    ({ source, origin, data }: MessageEvent) => {
      if (source !== opened || origin !== location.origin || data !== REQUEST) return
      opened.postMessage({ hubtwinGrant: grant } satisfies GrantMessage, location.origin)
      off.abort()
    },
    { signal: off.signal },
  )
  return true
}

/** Asks the opener of this tab for its grant. The opener may be closed, or be another page. */
export async function askOpener(): Promise<Grant | undefined> {
  const opener = window.opener as Window | null
  if (opener === null) return undefined
  // Only a second tab needs the validation.
  const { readGrant } = await import('../connect/read-grant.ts')
  return await new Promise((resolve) => {
    const off = new AbortController()
    const settle = (grant?: Grant): void => {
      off.abort()
      clearTimeout(timer)
      resolve(grant)
    }
    const timer = setTimeout(settle, TIMEOUT_IN_MS)
    addEventListener(
      'message',
      ({ source, origin, data }: MessageEvent<Partial<Record<keyof GrantMessage, unknown>> | null>) => {
        if (source === opener && origin === location.origin) settle(readGrant(data?.hubtwinGrant))
      },
      { signal: off.signal },
    )
    opener.postMessage(REQUEST, location.origin)
  })
}
