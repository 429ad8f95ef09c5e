import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ConfigurationsPane } from './configurations/configurations-pane.tsx'
import { DevicePane } from './device/device-pane.tsx'
import { DeviceTable } from './devices/device-table.tsx'
import { EventsPane } from './events/events-pane.tsx'
import { Header } from './header.tsx'
import { routeTo, useRoute } from './route.ts'

type Tab = 'devices' | 'events'

/**
 * The device table, the open device, and the events, side by side; on a narrow screen, one at a
 * time.
 */
export function App(): JSX.Element {
  const route = useRoute()
  const target = route.type === 'device' ? route.target : undefined
  const isOpen = route.type !== 'devices'
  const [tab, setTab] = useState<Tab>('devices')
  const tabs: readonly [Tab, string][] = [
    [
      'devices',
      route.type === 'configurations' ? 'Configurations' : (target?.moduleId ?? target?.deviceId ?? 'Devices'),
    ],
    ['events', 'Events'],
  ]
  return (
    <div class="page" data-tab={tab} data-open={isOpen}>
      <Header />
      <nav class="tabs" aria-label="Panes">
        {tabs.map(([name, label]) => (
          <button type="button" key={name} aria-pressed={tab === name} onClick={() => setTab(name)}>
            {label}
          </button>
        ))}
      </nav>
      <main class="panes">
        <DeviceTable opened={target?.deviceId} />
        {target !== undefined && <DevicePane key={routeTo(target)} target={target} />}
        {route.type === 'configurations' && <ConfigurationsPane />}
        <EventsPane opened={target?.deviceId} />
      </main>
    </div>
  )
}
