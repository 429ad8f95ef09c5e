import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CopyButton } from './common/copy-button.tsx'
import { duration, exactDate } from 'hubtwin-page-kit/time'
import { useFeed, useLiveFeed } from './common/use-feed.ts'
import { useTick } from './common/use-tick.ts'
import type { FeedState } from './hub/feed.ts'
import { CONFIGURATIONS_ROUTE, QUERY_ROUTE } from './route.ts'

const STATE_TEXTS: Record<FeedState['type'], string> = {
  connecting: 'connecting…',
  live: 'live',
  lost: 'not connected',
}
const count = new Intl.NumberFormat('en-GB')

/**
 * The other pages, the hub's state, and the numbers of devices and events. Everything has its place
 * before the first response, so that nothing moves.
 */
export function Header(): JSX.Element {
  const { model, state } = useLiveFeed()
  const { hub } = model
  useTick(1000)
  const rate = useRate()
  const known = (number: number): string => (hub === undefined ? '–' : count.format(number))
  return (
    <header class="bar">
      <h1 class="bar-name">hubtwin</h1>
      <Pages />
      <p class="bar-state" data-state={state.type}>
        <span class="bar-hub">{hub?.hostName ?? location.hostname}</span>
        <span class="mark" aria-hidden="true" />
        <span role="status">{STATE_TEXTS[state.type]}</span>
      </p>
      <dl class="bar-facts">
        <Fact name="devices" value={known(model.devices.size)} />
        <Fact name="connected" value={known(model.connectedCount)} />
        <Fact
          name="events per second"
          value={rate < 10 && rate > 0 ? rate.toFixed(1) : count.format(Math.round(rate))}
        />
        <Fact
          name="uptime"
          value={hub === undefined ? '–' : duration(Date.now() + model.clockOffset - hub.startedAt)}
          title={hub && `Since ${exactDate(hub.startedAt)}`}
        />
      </dl>
      <div class="bar-tools">
        <nav class="bar-links" aria-label="Parts of this page">
          <a href={QUERY_ROUTE}>Query</a>
          <a href={CONFIGURATIONS_ROUTE}>Configurations</a>
        </nav>
        <details class="endpoints">
          <summary>Endpoints</summary>
          <ul>
            {Object.entries(hub?.endpoints ?? {}).map(([name, address]) => (
              <li key={name}>
                <code>{address}</code>
                <CopyButton text={() => Promise.resolve(address)} label={`Copy ${address}`} />
              </li>
            ))}
          </ul>
        </details>
      </div>
      {state.type === 'lost' && (
        <p class="trouble" role="alert">
          {state.reason} The page shows the last known state and keeps trying.
        </p>
      )}
    </header>
  )
}

/** The hub serves the other pages too. */
function Pages(): JSX.Element {
  return (
    <nav class="bar-pages" aria-label="Pages">
      <a href="/demo/">Device</a>
      <a href="/demo/fleet.html">Fleet</a>
      <a href="/demo/kiosk.html">Kiosk</a>
      <a href="#/" aria-current="page">
        Hub
      </a>
    </nav>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly title?: string | undefined
}

function Fact({ name, value, title }: FactProps): JSX.Element {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const SPAN_IN_MS = 5000

/**
 * Events per second over the last five seconds. The hub counts them, so missed events are
 * included.
 */
function useRate(): number {
  const { model } = useFeed()
  const [rate, setRate] = useState(0)
  useEffect(() => {
    let samples: { readonly at: number; readonly sequence: number }[] = []
    const timer = setInterval(() => {
      const now = { at: performance.now(), sequence: model.sequence }
      const hasCounted = ({ at, sequence }: typeof now): boolean =>
        now.at - at <= SPAN_IN_MS && sequence > 0 && sequence <= now.sequence
      samples = [...samples.filter(hasCounted), now]
      const first = samples[0] ?? now
      setRate(now.at > first.at ? ((now.sequence - first.sequence) * 1000) / (now.at - first.at) : 0)
    }, 500)
    return () => clearInterval(timer)
  }, [model])
  return rate
}
