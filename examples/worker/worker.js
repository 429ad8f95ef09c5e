import { openTwin } from 'hubtwin/light'
import { device } from './device.js'

// A hidden page slows its timers down; a worker's timers run on.
const twin = openTwin(device)

twin.onStatus(({ type }) => postMessage({ id: 'status', text: type }))
twin.onDesired('message', ({ value }) => postMessage({ id: 'message', text: value ?? '' }))

let presses = 0
addEventListener('message', () => {
  twin.report({ presses: ++presses }).catch((error) => console.error(error.code, error.message))
})
