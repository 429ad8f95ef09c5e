import type { RecordableHistogram } from 'node:perf_hooks'
import { type DesiredChange, type JsonObject, openTwin, TwinError, type TwinStatus } from 'hubtwin/light'
import { isDue, NEW_PACE, paceAfter } from 'hubtwin-device-models'
import type { Counters } from './counters.ts'
import { atTime, isBusy, type Model, type ModelName, newModel, patchOf, withDesired } from './fleet-model.ts'
import { firstReportAt, nextReportAt, type Schedule } from './schedule.ts'

/** A device of the fleet: a twin with its own connection, and a model. */
export interface FleetDevice {
  /** Reports what is due. The thread calls it several times per second. */
  tick(now: number): void
  close(): Promise<void>
}

export interface DeviceSettings {
  readonly model: ModelName
  readonly schedule: Schedule
}

/** Where the devices of a thread leave their figures. */
export interface Meters {
  readonly counters: Counters
  /** Microseconds from `report()` to the confirmation. */
  readonly reportTimes: RecordableHistogram
  /** Microseconds from the start of a device to its first twin. */
  readonly syncTimes: RecordableHistogram
  failed(error: TwinError): void
}

/** How often a device in the middle of an update looks at its own progress. */
const BUSY_EVERY_IN_MS = 1000

export function openFleetDevice(connectionString: string, settings: DeviceSettings, meters: Meters): FleetDevice {
  const { schedule } = settings
  const { counters } = meters
  const startedAt = performance.now()
  const seed = Math.random()
  const twin = openTwin(connectionString)
  let status: TwinStatus['type'] | undefined
  let model: Model | undefined
  let isSending = false
  let scheduledAt = Infinity
  let lookAt = Infinity
  // The first report of the schedule holds the whole state. Without a schedule, it leaves at once.
  let hasReported = schedule.everyInMs === Infinity
  let pace = NEW_PACE

  twin.onStatus((next) => {
    enter(next)
    status = next.type
  })
  twin.onDesired(change)

  function enter(next: TwinStatus): void {
    if (status === 'connecting' || status === 'ready' || status === 'waiting') counters.add(status, -1)
    if (next.type === 'closed') return
    counters.add(next.type)
    if (next.type === 'connecting') {
      counters.add('attempts')
      if (status !== undefined) counters.add('retries')
    }
    if (next.type === 'waiting') fail(next.error)
  }

  function fail(error: TwinError): void {
    counters.add('failures')
    counters.add(error.code)
    meters.failed(error)
  }

  function change({ desired, patch, version }: DesiredChange<JsonObject>): void {
    const now = Date.now()
    const isFirst = model === undefined
    if (isFirst) {
      counters.add('synced')
      meters.syncTimes.record(microsecondsSince(startedAt))
      scheduledAt = firstReportAt(schedule, now, Math.random())
    } else {
      counters.add('desiredChanges')
    }
    model ??= newModel(settings.model, seed, twin.reported, now)
    model = withDesired(model, { desired, patch, version, isFirst }, now)
    look(now)
  }

  /** Reports a change of state at once, and everything else at the pace of the schedule. */
  function look(now: number): void {
    if (model === undefined) return
    model = atTime(model, now)
    lookAt = isBusy(model) ? now + BUSY_EVERY_IN_MS : Infinity
    const isScheduled = now >= scheduledAt
    if (isScheduled) scheduledAt = nextReportAt(schedule, now, Math.random())
    if (twin.status.type !== 'ready' || isSending) {
      if (isScheduled) counters.add('skippedReports')
      return
    }
    const patch = patchOf(model, twin.reported, now)
    if (isScheduled) {
      hasReported = true
      void send({ ...patch, uptimeInSeconds: Math.round((performance.now() - startedAt) / 1000) })
    } else if (hasReported && isDue(pace, patch, schedule.everyInMs, now)) {
      pace = paceAfter(patch, now)
      void send(patch)
    }
  }

  async function send(patch: object): Promise<void> {
    isSending = true
    const sentAt = performance.now()
    try {
      await twin.report(patch)
      counters.add('reports')
      meters.reportTimes.record(microsecondsSince(sentAt))
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      // close() rejects the reports that the hub has not confirmed.
      if (error.code !== 'ERR_CLOSED') {
        counters.add('failedReports')
        counters.add(error.code)
        meters.failed(error)
      }
    } finally {
      isSending = false
    }
  }

  return {
    tick(now) {
      if (now >= scheduledAt || now >= lookAt) look(now)
    },
    close: () => twin.close(),
  }
}

/** A histogram holds whole numbers from 1. */
function microsecondsSince(start: number): number {
  return Math.max(1, Math.round((performance.now() - start) * 1000))
}
