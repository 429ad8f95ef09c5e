import { type DesiredChange, type JsonObject, type Twin, TwinError } from 'hubtwin/light'
import { isDue, NEW_PACE, paceAfter } from 'hubtwin-device-models'
import { atTime, isBusy, type Model, type ModelName, newModel, patchOf, withDesired } from './fleet-model.ts'
import { type Meters, microsecondsSince } from './meters.ts'
import { firstReportAt, nextReportAt, type Schedule } from './schedule.ts'

/** The model of a device, and the reports that it makes over its twin. */
export interface Reporting {
  /** Applies a desired change. The first is the state at the first sync. */
  change(change: DesiredChange<JsonObject>): void
  /** Sends the reports that are due. */
  tick(now: number): void
  /** `undefined` before the first sync. */
  readonly model: Model | undefined
}

export interface DeviceSettings {
  readonly model: ModelName
  readonly schedule: Schedule
  readonly telemetrySchedule: Schedule
}

/** How soon a device updates again, in the middle of an update or when it could not report. */
const AGAIN_IN_MS = 1000

export function createReporting(twin: Twin, { model: name, schedule }: DeviceSettings, meters: Meters): Reporting {
  const { counters } = meters
  const startedAt = performance.now()
  const seed = Math.random()
  let model: Model | undefined
  let isSending = false
  let scheduledAt = Infinity
  let updateAt = Infinity
  // The first report of the schedule holds the whole state. Without a schedule, it leaves at once.
  let hasReported = schedule.everyInMs === Infinity
  let pace = NEW_PACE

  /**
   * Advances the model. Reports a change of state at once, and the rest at the pace of the
   * schedule.
   */
  function update(before: Model, now: number): void {
    model = atTime(before, now)
    const isHeld = twin.status.type !== 'ready' || isSending
    updateAt = isHeld || isBusy(model) ? now + AGAIN_IN_MS : Infinity
    const isScheduled = now >= scheduledAt
    if (isScheduled) scheduledAt = nextReportAt(schedule, now, Math.random())
    if (isHeld) {
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

  async function send(patch: JsonObject): Promise<void> {
    isSending = true
    const sentAt = performance.now()
    try {
      await twin.report(patch)
      counters.add('reports')
      meters.reportTimes.record(microsecondsSince(sentAt))
    } catch (error) {
      if (!(error instanceof TwinError)) throw error
      // close() rejects the reports that the hub has not confirmed.
      if (error.code !== 'ERR_CLOSED') countFailedReport(error, meters)
    } finally {
      isSending = false
    }
  }

  return {
    change({ desired, patch, version }) {
      const now = Date.now()
      const isFirst = model === undefined
      counters.add(isFirst ? 'synced' : 'desiredChanges')
      if (isFirst) {
        meters.syncTimes.record(microsecondsSince(startedAt))
        scheduledAt = firstReportAt(schedule, now, Math.random())
      }
      model ??= newModel(name, seed, twin.reported, now)
      update(withDesired(model, { desired, patch, version, isFirst }, now), now)
    },
    get model() {
      return model
    },
    tick(now) {
      if (model !== undefined && (now >= scheduledAt || now >= updateAt)) update(model, now)
    },
  }
}

function countFailedReport(error: TwinError, { counters, failed }: Meters): void {
  counters.add('failedReports')
  counters.add(error.code)
  failed(error)
}
