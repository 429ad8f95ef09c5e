import { openTwin } from 'hubtwin/light'
import { device } from './device.js'

// A browser slows the timers of a hidden page, but not those of a worker.
const twin = openTwin(device)

twin.onStatus(({ type }) => postMessage({ id: 'status', text: type }))
twin.onDesired('message', ({ value }) => postMessage({ id: 'message', text: value ?? '' }))

let presses = 0
addEventListener('message', () => {
  twin.report({ presses: ++presses }).catch((error) => console.error(error.code, error.message))
})
