import { openTwin } from 'hubtwin/light'
import { useSyncExternalStore } from 'react'
import { device } from './device.js'

// One twin for all components. A component that opened it would open two in StrictMode, and the hub
// accepts one connection of a device. Opened at the first use, because a server renders without it.
let twin
export const getTwin = () => (twin ??= openTwin(device))

const CONNECTING = { type: 'connecting', attempt: 1 }
const EMPTY = {}

const onStatus = (listener) => getTwin().onStatus(listener)
const onDesired = (listener) => getTwin().onDesired(listener)

/** The third argument is what a server renders. */
export const useStatus = () =>
  useSyncExternalStore(
    onStatus,
    () => getTwin().status,
    () => CONNECTING,
  )

/** `twin.desired` keeps its identity until it changes, as React requires. */
export const useDesired = () =>
  useSyncExternalStore(
    onDesired,
    () => getTwin().desired,
    () => EMPTY,
  )
