import type { JSX } from 'preact'
import { Age } from '../common/age.tsx'
import { useFeed } from '../common/use-feed.ts'
import { useTick } from '../common/use-tick.ts'
import type { TwinDocument } from '../hub/hub-api.ts'
import { millisecondsOf } from '../hub/device-row.ts'

/** The registry's facts about an identity, without its keys. */
export function DeviceFacts({ twin }: { readonly twin: TwinDocument }): JSX.Element {
  useTick(1000)
  const { model } = useFeed()
  const isConnected = twin.connectionState === 'Connected'
  const activity = millisecondsOf(twin.lastActivityTime)
  const waiting = twin.cloudToDeviceMessageCount
  const { modelId, statusReason } = twin
  return (
    <dl class="facts">
      <div>
        <dt>Connection</dt>
        <dd class="state" data-state={isConnected ? 'connected' : 'disconnected'}>
          <span class="mark" aria-hidden="true" />
          {isConnected ? 'connected' : 'not connected'}
        </dd>
      </div>
      <div>
        <dt>Status</dt>
        <dd class={twin.status === 'disabled' ? 'warning' : ''}>
          {twin.status}
          {typeof statusReason === 'string' && ` (${statusReason})`}
        </dd>
      </div>
      <div>
        <dt>Last activity</dt>
        <dd>{activity === 0 ? 'never' : <Age at={activity} now={Date.now() + model.clockOffset} />}</dd>
      </div>
      <div>
        <dt>Authentication</dt>
        <dd>{twin.authenticationType}</dd>
      </div>
      <div>
        <dt>Queued messages</dt>
        <dd>{waiting}</dd>
      </div>
      <div>
        <dt>ETag</dt>
        <dd>
          <code>{twin.etag}</code>
        </dd>
      </div>
      {typeof modelId === 'string' && (
        <div>
          <dt>Model</dt>
          <dd>
            <code>{modelId}</code>
          </dd>
        </div>
      )}
    </dl>
  )
}
