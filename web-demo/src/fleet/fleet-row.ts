import { type Device, progressOf, temperatureAt } from 'hubtwin-device-models'
import type { TwinStatus } from 'hubtwin/light'
import { make, setText } from '../shared/dom.ts'
import type { Member } from './member.ts'
import type { Column, RowKeys } from './row-order.ts'
import { FIRMWARE_STATUSES } from './totals.ts'

/** A row of the table. It updates only the cells that change. */
export interface FleetRow {
  readonly element: HTMLTableRowElement
  readonly deviceId: string
  readonly keys: RowKeys
  render(member: Member, now: number): void
}

export function createFleetRow(deviceId: string): FleetRow {
  const name = make('button', 'fleet-name', deviceId)
  name.type = 'button'
  const head = make('th', '', name)
  head.scope = 'row'
  const state = make('span', '', 'queued')
  const progress = make('progress', '')
  progress.max = 100
  progress.ariaLabel = 'Download'
  progress.hidden = true
  const update = make('span', '')
  const cell = (column: Column, ...children: Node[]): HTMLElement => make('td', `fleet-${column}`, ...children)
  const [versions, temperature] = [cell('versions'), cell('temperature')]
  const [target, firmware] = [cell('target'), cell('firmware')]
  const element = make(
    'tr',
    '',
    head,
    cell('state', make('span', 'dot'), state),
    ...[versions, temperature, target, firmware],
    cell('update', progress, update),
  )
  element.dataset['state'] = 'queued'
  let keys: RowKeys = { device: deviceId, state: 'queued', ...NO_DEVICE }

  return {
    element,
    deviceId,
    get keys() {
      return keys
    },
    render(member, now) {
      const { status, versions: known, device } = member
      element.dataset['state'] = status.type
      setText(state, describeStatus(status))
      element.title = status.type === 'waiting' ? status.error.message : ''
      setText(versions, known.desired > 0 ? `v${known.desired}/v${known.reported}` : '')
      keys = {
        device: deviceId,
        state: status.type,
        ...(device === undefined ? NO_DEVICE : keysOf(member, device, now)),
      }
      if (device === undefined) return
      element.dataset['firmware'] = device.firmware.state.type
      setText(temperature, temperatureAt(device.thermostat, now).toFixed(1))
      setText(target, device.thermostat.target.value.toFixed(1))
      setText(firmware, device.firmware.version)
      const percents = progressOf(device.firmware, now)
      progress.hidden = percents === undefined
      progress.value = percents ?? 0
      setText(update, percents === undefined ? wordFor(device) : `${percents} %`)
    },
  }
}

const NO_DEVICE = { versions: 0, temperature: -Infinity, target: -Infinity, firmware: '', update: -1 }

/** Sorts updates by state, and downloads by progress. */
function keysOf({ versions }: Member, { thermostat, firmware }: Device, now: number): typeof NO_DEVICE {
  return {
    versions: versions.desired,
    temperature: temperatureAt(thermostat, now),
    target: thermostat.target.value,
    firmware: firmware.version,
    update: FIRMWARE_STATUSES.indexOf(firmware.state.type) * 1000 + (progressOf(firmware, now) ?? 0),
  }
}

function wordFor({ firmware: { state } }: Device): string {
  return state.type === 'idle' ? '' : state.type
}

export function describeStatus(status: TwinStatus): string {
  switch (status.type) {
    case 'connecting':
      return 'connecting'
    case 'ready':
      return 'ready'
    case 'waiting':
      return `not connected: ${status.error.code}`
    case 'closed':
      return 'closed'
  }
}
