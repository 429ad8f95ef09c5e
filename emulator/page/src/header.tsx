import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { CopyButton } from './common/copy-button.tsx'
import { duration, exactDate } from 'hubtwin-page-kit/time'
import { useFeed, useLiveFeed } from './common/use-feed.ts'
import { useTick } from './common/use-tick.ts'
import type { FeedState } from './hub/feed.ts'
import { configurationsRoute } from './route.ts'

const stateTexts: Record<FeedState['type'], string> = { connecting: 'connecting…', live: 'live', lost: 'not connected' }
const count = new Intl.NumberFormat('en-GB')

/** The hub, its state, and the numbers of devices and events. */
export function Header(): JSX.Element {
  const { model, state } = useLiveFeed()
  const { hub } = model
  useTick(1000)
  const rate = useRate()
  return (
    <header class="bar">
      <h1 class="bar-name">
        hubtwin <span class="muted">hub</span> {hub?.hostName}
      </h1>
      <p class="bar-state" data-state={state.type}>
        <span class="mark" aria-hidden="true" />
        <span role="status">{stateTexts[state.type]}</span>
      </p>
      <dl class="bar-facts">
        <Fact name="devices" value={count.format(model.devices.size)} />
        <Fact name="connected" value={count.format(model.connectedCount)} />
        <Fact
          name="events per second"
          value={rate < 10 && rate > 0 ? rate.toFixed(1) : count.format(Math.round(rate))}
        />
        {hub !== undefined && (
          <Fact
            name="uptime"
            value={duration(Date.now() + model.clockOffset - hub.startedAt)}
            title={`Since ${exactDate(hub.startedAt)}`}
          />
        )}
      </dl>
      <a class="bar-link" href={configurationsRoute}>
        Configurations
      </a>
      {hub !== undefined && (
        <details class="endpoints">
          <summary>Endpoints</summary>
          <ul>
            {Object.entries(hub.endpoints).map(([name, address]) => (
              <li key={name}>
                <code>{address}</code> <CopyButton text={() => Promise.resolve(address)} label={`Copy ${address}`} />
              </li>
            ))}
          </ul>
        </details>
      )}
      {state.type === 'lost' && (
        <p class="trouble" role="alert">
          {state.reason} The page shows the last known state and keeps trying.
        </p>
      )}
    </header>
  )
}

interface FactProps {
  readonly name: string
  readonly value: string
  readonly title?: string
}

function Fact({ name, value, title }: FactProps): JSX.Element {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const spanInMs = 5000

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
        now.at - at <= spanInMs && sequence > 0 && sequence <= now.sequence
      samples = [...samples.filter(hasCounted), now]
      const first = samples[0] ?? now
      setRate(now.at > first.at ? ((now.sequence - first.sequence) * 1000) / (now.at - first.at) : 0)
    }, 500)
    return () => clearInterval(timer)
  }, [model])
  return rate
}
