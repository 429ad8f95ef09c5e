import { TwinError } from 'hubtwin/light'
import type { Telemetry } from 'hubtwin/telemetry'
import { type Model, telemetryOf } from './fleet-model.ts'
import { type Meters, microsecondsSince } from './meters.ts'
import { firstReportAt, nextReportAt, type Schedule } from './schedule.ts'

/** The telemetry of a device. */
export interface Sending {
  /** Sends the messages that are due. Without a connection, they wait in the device's queue. */
  tick(now: number, model: Model): void
}

export function createSending(telemetry: Telemetry, schedule: Schedule, meters: Meters): Sending {
  const { counters } = meters
  let dueAt: number | undefined

  async function send(now: number, model: Model): Promise<void> {
    const sentAt = performance.now()
    try {
      const { body, component } = telemetryOf(model, now)
      await telemetry.send(body, { component, creationTime: new Date(now) })
      counters.add('telemetry')
      meters.telemetryTimes.record(microsecondsSince(sentAt))
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      // close() rejects the messages that the hub has not acknowledged.
      if (error.code === 'ERR_CLOSED') return
      counters.add('failedTelemetry')
      counters.add(error.code)
      meters.failed(error)
    }
  }

  return {
    tick(now, model) {
      dueAt ??= firstReportAt(schedule, now, Math.random())
      if (now < dueAt) return
      dueAt = nextReportAt(schedule, now, Math.random())
      void send(now, model)
    },
  }
}
