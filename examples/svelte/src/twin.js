import { openTwin } from 'hubtwin/light'
import { createSubscriber } from 'svelte/reactivity'

/** The state of a twin as values that Svelte tracks. `close` ends the connection. */
export function openReactiveTwin(credentials) {
  const twin = openTwin(credentials)
  const trackStatus = createSubscriber((update) => twin.onStatus(update))
  const trackDesired = createSubscriber((update) => twin.onDesired(update))
  return {
    get status() {
      trackStatus()
      return twin.status
    },
    get desired() {
      trackDesired()
      return twin.desired
    },
    report: (patch) => twin.report(patch),
    close: () => twin.close(),
  }
}
