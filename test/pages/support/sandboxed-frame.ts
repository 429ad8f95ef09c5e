import { openTwin, type Twin, type TwinObservation } from 'hubtwin'
import { openSharedTwin, type SharedTwin } from 'hubtwin/shared-twin'
import { webStorage } from 'hubtwin/web-storage'

/** The script of a frame with an opaque origin. The test calls it through `window`. */
export interface SandboxedFrame {
  openTwin(connectionString: string): Twin
  openSharedTwin(connectionString: string): SharedTwin
  readonly observations: readonly TwinObservation[]
  /** The global properties that throw here when a script reads them. */
  readonly throwing: readonly string[]
}

const observations: TwinObservation[] = []
const frame: SandboxedFrame = {
  openTwin: (connectionString) => openTwin(connectionString, options()),
  openSharedTwin: (connectionString) => openSharedTwin(connectionString, options()),
  observations,
  throwing: ['localStorage', 'sessionStorage', 'caches', 'indexedDB', 'BroadcastChannel'].filter((name) => {
    try {
      return (globalThis as unknown as Record<string, unknown>)[name] === 'never'
    } catch {
      return true
    }
  }),
}

function options(): Parameters<typeof openTwin>[1] {
  return { reportStorage: webStorage(), observer: (observation) => observations.push(observation) }
}

Object.assign(window, { frame })
