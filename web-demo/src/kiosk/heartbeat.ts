import type { SharedDevice } from 'hubtwin/light/shared-device'
import type { telemetry } from 'hubtwin/telemetry'

/**
 * Sends a message at an interval, so that a back end notices when a kiosk stops. A heartbeat
 * describes the present, so none waits in a queue without a connection. Only one tab of a kiosk
 * sends.
 */
export interface Heartbeat {
  /** Call this once a second. */
  tick(): void
}

/** @param intervalInSeconds read again at each tick; 0 sends none */
export function createHeartbeat(
  device: SharedDevice<{ readonly telemetry: ReturnType<typeof telemetry> }>,
  intervalInSeconds: () => number,
): Heartbeat {
  let sentAt = -Infinity

  return {
    tick() {
      const seconds = intervalInSeconds()
      const { twin, role, status } = device
      const isDue = seconds > 0 && performance.now() - sentAt >= seconds * 1000
      if (!isDue || role.type === 'follower' || status.type !== 'ready') return
      if (device.telemetry.queued.messages > 0) return
      sentAt = performance.now()
      const body = {
        version: twin.versions.desired,
        upInSeconds: Math.round(sentAt / 1000),
        isVisible: document.visibilityState === 'visible',
      }
      device.telemetry.send(body, { properties: { kind: 'heartbeat' } }).catch(console.warn)
    },
  }
}
