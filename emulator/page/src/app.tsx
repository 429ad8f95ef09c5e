import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { ConfigurationsPane } from './configurations/configurations-pane.tsx'
import { DevicePane } from './device/device-pane.tsx'
import { DeviceTable } from './devices/device-table.tsx'
import { EventsPane } from './events/events-pane.tsx'
import { Header } from './header.tsx'
import { QueryPane } from './query/query-pane.tsx'
import { useQuerySession } from './query/use-query-session.ts'
import { routeTo, useRoute } from './route.ts'

type Tab = 'devices' | 'events'

const TITLES: { readonly [type: string]: string | undefined } = { configurations: 'Configurations', query: 'Query' }

/**
 * The device table, the open device, and the events, side by side; on a narrow screen, one at a
 * time.
 */
export function App(): JSX.Element {
  const route = useRoute()
  const target = route.type === 'device' ? route.target : undefined
  const isOpen = route.type !== 'devices'
  const [tab, setTab] = useState<Tab>('devices')
  // Outlives its pane, so that a query and its result remain while a device is open.
  const desk = useQuerySession()
  const tabs: readonly [Tab, string][] = [
    ['devices', TITLES[route.type] ?? target?.moduleId ?? target?.deviceId ?? 'Devices'],
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
        {route.type === 'query' && <QueryPane desk={desk} />}
        <EventsPane opened={target?.deviceId} />
      </main>
    </div>
  )
}
