import type { SharedDevice } from 'hubtwin/light/shared-device'
import type { methods } from 'hubtwin/methods'
import { find } from '../shared/dom.ts'
import { write } from './screen.ts'

const IDENTIFY_IN_MS = 10_000

/** The rest of the time lets the response leave. */
const RELOAD_AFTER_IN_MS = 500

/**
 * The direct methods of a kiosk: `identify` shows the name of the kiosk in large type, so that a
 * person finds it among others, and `reload` loads the page again.
 */
export function handleMethods(
  device: SharedDevice<{ readonly methods: ReturnType<typeof methods> }>,
  deviceId: string,
): void {
  let timer: ReturnType<typeof setTimeout> | undefined

  device.methods.handle('identify', () => {
    const sign = find('identify', HTMLElement)
    // A live region announces only a change.
    write('identify-name', '')
    sign.hidden = false
    write('identify-name', deviceId)
    clearTimeout(timer)
    timer = setTimeout(() => {
      sign.hidden = true
      write('identify-name', '')
    }, IDENTIFY_IN_MS)
    return { status: 200, payload: { visibleForInMs: IDENTIFY_IN_MS } }
  })

  device.methods.handle('reload', () => {
    setTimeout(() => void device.close().finally(() => location.reload()), RELOAD_AFTER_IN_MS)
    return { status: 202, payload: { reloadsInMs: RELOAD_AFTER_IN_MS } }
  })
}
