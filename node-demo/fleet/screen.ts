import logUpdate from 'log-update'
import type { Sample } from './sample.ts'

/** Shows the totals of the fleet. */
export interface Screen {
  show(sample: Sample): void
  /** Prints a line above the totals. */
  note(line: string): void
  end(): void
}

const BAR_WIDTH = 40

/** Totals that a terminal redraws in place. */
export function liveScreen(): Screen {
  let last = ''
  return {
    show(sample) {
      last = liveText(sample)
      logUpdate(last)
    },
    note(line) {
      logUpdate.clear()
      console.error(line)
      if (last !== '') logUpdate(last)
    },
    end: () => logUpdate.done(),
  }
}

/** Prints a line per interval, for a file or a pipe. */
export function lineScreen(): Screen {
  return { show: (sample) => console.log(lineText(sample)), note: (line) => console.error(line), end: () => undefined }
}

export function liveText(sample: Sample): string {
  const { devices, synced } = sample
  const filled = Math.floor((BAR_WIDTH * synced) / devices)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR_WIDTH - filled)}`
  const errors = errorText(sample)
  return [
    `${bar} ${synced} of ${devices} devices synced, ${sample.elapsedInSeconds.toFixed(0)} s`,
    `connected ${sample.connected}   syncing ${sample.syncing}   failed ${sample.failed}   not started ${devices - sample.started}`,
    `connects/s ${sample.connectsPerSecond}   reports/s ${sample.reportsPerSecond}   telemetry/s ${sample.telemetryPerSecond}   desired changes/s ${sample.desiredChangesPerSecond}`,
    `time to sync p50 ${ms(sample.syncP50InMs)}, p99 ${ms(sample.syncP99InMs)}   report p50 ${ms(sample.reportP50InMs)}, p99 ${ms(sample.reportP99InMs)}   telemetry p50 ${ms(sample.telemetryP50InMs)}, p99 ${ms(sample.telemetryP99InMs)}`,
    `memory ${sample.memoryInMB.toFixed(0)} MB   CPU ${(100 * sample.cpu).toFixed(0)} % of a core`,
    ...(errors === '' ? [] : [`errors: ${errors}`]),
  ].join('\n')
}

export function lineText(sample: Sample): string {
  const errors = errorText(sample)
  return [
    `${sample.elapsedInSeconds.toFixed(0)} s: ${sample.synced} of ${sample.devices} synced`,
    `${sample.connected} connected, ${sample.syncing} syncing, ${sample.failed} failed`,
    `${sample.connectsPerSecond} connects/s, ${sample.reportsPerSecond} reports/s, ${sample.telemetryPerSecond} telemetry/s, ${sample.desiredChangesPerSecond} desired changes/s`,
    `sync p50 ${ms(sample.syncP50InMs)} p99 ${ms(sample.syncP99InMs)}`,
    `report p50 ${ms(sample.reportP50InMs)} p99 ${ms(sample.reportP99InMs)}`,
    `telemetry p50 ${ms(sample.telemetryP50InMs)} p99 ${ms(sample.telemetryP99InMs)}`,
    ...(errors === '' ? [] : [errors]),
  ].join('; ')
}

function errorText({ errors, skippedReports }: Sample): string {
  const parts = Object.entries(errors).map(([code, count]) => `${code} ${count}`)
  if (skippedReports > 0) parts.push(`skipped reports ${skippedReports}`)
  return parts.join(', ')
}

function ms(value: number | undefined): string {
  return value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
}
