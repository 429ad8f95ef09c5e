import { openTwin } from 'hubtwin/light'
import { useSyncExternalStore } from 'react'
import { device } from './device.js'

// One twin for all components. If a component opened it, StrictMode would open two, and the hub
// accepts a single connection of a device. It opens at the first use, because a server renders
// without it.
let twin
export const getTwin = () => (twin ??= openTwin(device))

const CONNECTING = { type: 'connecting', attempt: 1 }
const EMPTY = {}

const onStatus = (listener) => getTwin().onStatus(listener)
const onDesired = (listener) => getTwin().onDesired(listener)

/** The third argument is the value that a server renders. */
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
