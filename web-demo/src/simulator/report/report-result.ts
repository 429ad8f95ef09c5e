import { roundTrip } from 'hubtwin-page-kit/time'
import { explain, type Place } from '../page/advice.ts'
import type { ReportResult, SimulatedDevice } from '../simulated-device.ts'

export function describeSending({ twin }: SimulatedDevice): string {
  return twin.status.type === 'ready' ? 'Sending…' : 'Waiting for a connection…'
}

/** @returns the result of a report, with advice if it failed */
export function describeResult(result: ReportResult, place: Place): string {
  if (result.type === 'accepted') return `Accepted as v${result.version} in ${roundTrip(result.tookInMs)}.`
  return explain(result.error, place)
}
