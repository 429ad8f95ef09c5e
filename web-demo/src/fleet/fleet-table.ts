import { type Device, progressOf, temperatureAt } from 'hubtwin-device-models'
import type { TwinStatus } from 'hubtwin/light'
import { find, make, setText } from '../shared/dom.ts'
import { deviceIdOf } from './fleet-hub.ts'
import type { Member } from './member.ts'

/** A table with a row for each device. It updates only the cells that change. */
export interface FleetTable {
  create(count: number): void
  render(index: number, member: Member, now: number): void
  clear(): void
}

type Column = 'state' | 'versions' | 'temperature' | 'target' | 'firmware' | 'update'

interface Line {
  readonly row: HTMLTableRowElement
  readonly cells: Readonly<Record<Column, HTMLElement>>
}

/** @param open called with the index of the device whose row was clicked */
export function createFleetTable(open: (index: number) => void): FleetTable {
  const body = find('rows', HTMLTableSectionElement)
  const filter = find('filter', HTMLSelectElement)
  let lines: readonly Line[] = []

  filter.addEventListener('change', () => {
    body.dataset['only'] = filter.value
  })
  body.addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest('tr') : null
    const index = lines.findIndex((line) => line.row === row)
    if (index >= 0) open(index)
  })

  return {
    create(count) {
      lines = Array.from({ length: count }, (_, index) => makeLine(deviceIdOf(index + 1)))
      body.replaceChildren(...lines.map(({ row }) => row))
    },
    render(index, { status, versions, device }, now) {
      const line = lines[index]
      if (line === undefined) return
      const { row, cells } = line
      row.dataset['state'] = status.type
      setText(cells.state, describeStatus(status))
      row.title = status.type === 'waiting' ? status.error.message : ''
      setText(cells.versions, versions.desired > 0 ? `v${versions.desired}/v${versions.reported}` : '')
      if (device === undefined) return
      row.dataset['firmware'] = device.firmware.state.type
      setText(cells.temperature, temperatureAt(device.thermostat, now).toFixed(1))
      setText(cells.target, device.thermostat.target.value.toFixed(1))
      setText(cells.firmware, device.firmware.version)
      setText(cells.update, updateOf(device, now))
    },
    clear() {
      lines = []
      body.replaceChildren()
    },
  }
}

function makeLine(deviceId: string): Line {
  const name = make('button', 'fleet-name', deviceId)
  name.type = 'button'
  const head = make('th', '', name)
  head.scope = 'row'
  const cell = (column: Column): HTMLElement => make('td', `fleet-${column}`)
  const state = make('span', '', 'queued')
  const cells = {
    state,
    versions: cell('versions'),
    temperature: cell('temperature'),
    target: cell('target'),
    firmware: cell('firmware'),
    update: cell('update'),
  }
  const { versions, temperature, target, firmware, update } = cells
  const first = make('td', 'fleet-state', make('span', 'dot'), state)
  const row = make('tr', '', head, first, versions, temperature, target, firmware, update)
  row.dataset['state'] = 'queued'
  return { row, cells }
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

function updateOf({ firmware }: Device, now: number): string {
  const { state } = firmware
  const progress = progressOf(firmware, now)
  if (progress !== undefined) return `downloading, ${progress} %`
  return state.type === 'idle' ? '' : state.type
}
