import { openTwin } from 'hubtwin/light'
import { device } from './device.js'

const find = (id) => document.querySelector(`#${id}`)
const twin = openTwin(device)

twin.onStatus(({ type }) => (find('status').textContent = type))
// Calls the listener with the present value, and again after each change.
twin.onDesired('message', ({ value }) => (find('message').textContent = value ?? ''))

let presses = 0
find('press').addEventListener('click', () => {
  // Resolves when the hub confirms. Reports wait while the page is offline.
  twin.report({ presses: ++presses }).catch((error) => console.error(error.code, error.message))
})
