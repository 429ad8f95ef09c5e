import type { JSX } from 'preact'
import { Age } from '../common/age.tsx'
import type { DeviceRow } from '../hub/device-row.ts'
import { routeTo } from '../route.ts'

interface LineProps {
  readonly row: DeviceRow
  readonly index: number
  readonly now: number
  readonly isOpened: boolean
  /** Whether this row is the tab stop of the table. */
  readonly isTabStop: boolean
  readonly onChoose: (deviceId: string) => void
}

/** The row of a device. A click anywhere opens the device; the ID is the link for the keyboard. */
export function DeviceLine({ row, index, now, isOpened, isTabStop, onChoose }: LineProps): JSX.Element {
  const { deviceId, connected, status, desiredVersion, reportedVersion, lastActivity } = row
  const address = routeTo({ deviceId })
  const open = (event: MouseEvent): void => {
    onChoose(deviceId)
    if (!(event.target as Element).closest('a')) location.hash = address
  }
  return (
    <tr aria-rowindex={index + 2} aria-current={isOpened ? 'true' : undefined} onClick={open}>
      <th class="deviceId" scope="row">
        <a href={address} tabIndex={isTabStop ? 0 : -1} title={deviceId}>
          {deviceId}
        </a>
      </th>
      <td class="state" data-state={status === 'disabled' ? 'disabled' : connected ? 'connected' : 'disconnected'}>
        <span class="mark" aria-hidden="true" />
        <span class="state-text">{status === 'disabled' ? 'disabled' : connected ? 'connected' : 'not connected'}</span>
      </td>
      <td class="number desiredVersion">v{desiredVersion}</td>
      <td class="number reportedVersion">v{reportedVersion}</td>
      <td class="number lastActivity">
        {lastActivity === 0 ? <span class="muted">never</span> : <Age at={lastActivity} now={now} />}
      </td>
    </tr>
  )
}
