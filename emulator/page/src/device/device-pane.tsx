import type { JSX } from 'preact'
import type { DeviceOverview, Target } from '../hub/hub-api.ts'
import { routeTo } from '../route.ts'
import { Actions } from './actions.tsx'
import { ConnectionString } from './connection-string.tsx'
import { DesiredEditor } from './desired-editor.tsx'
import { DeviceActivity } from './device-activity.tsx'
import { DeviceFacts } from './device-facts.tsx'
import { MessageForm } from './message-form.tsx'
import { MethodForm } from './method-form.tsx'
import { TwinSection } from './twin-section.tsx'
import { useDevice } from './use-device.ts'

/** A device or module: its facts, its twin, and its actions. */
export function DevicePane({ target }: { readonly target: Target }): JSX.Element {
  const [state, read] = useDevice(target)
  const { deviceId, moduleId } = target
  return (
    <section class="pane device" aria-labelledby="device-title">
      <div class="pane-head">
        <h2 id="device-title" title={moduleId ?? deviceId}>
          {moduleId !== undefined && <a href={routeTo({ deviceId })}>{deviceId}</a>}
          {moduleId !== undefined && ' / '}
          {moduleId ?? deviceId}
        </h2>
        {state.type !== 'gone' && (
          <Actions target={target} twin={state.type === 'known' ? state.overview.twin : undefined} />
        )}
        <a class="close" href="#/" aria-label="Close the device" title="Close">
          ×
        </a>
      </div>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="device-title">
        {state.type === 'reading' && <p class="hint">Reading the twin…</p>}
        {state.type === 'gone' && (
          <p class="hint" role="status">
            The hub has no {moduleId === undefined ? `device ${deviceId}` : `module ${moduleId} of ${deviceId}`}. It may
            have been deleted. <a href="#/">Back to the devices</a>
          </p>
        )}
        {state.type === 'failed' && (
          <p class="hint problem" role="alert">
            {state.reason}{' '}
            <button type="button" onClick={read}>
              Retry
            </button>
          </p>
        )}
        {state.type === 'known' && <Overview target={target} overview={state.overview} onChanged={read} />}
      </div>
    </section>
  )
}

interface OverviewProps {
  readonly target: Target
  readonly overview: DeviceOverview
  readonly onChanged: () => void
}

function Overview({ target, overview, onChanged }: OverviewProps): JSX.Element {
  const { twin, modules } = overview
  const { desired, reported } = twin.properties
  const kind = target.moduleId === undefined ? 'device' : 'module'
  return (
    <>
      {twin.authenticationType === 'sas' && <ConnectionString target={target} />}
      <DeviceFacts twin={twin} />
      {modules.length > 0 && (
        <p class="modules">
          <span class="muted">modules</span>{' '}
          {modules.map((moduleId) => (
            <a key={moduleId} href={routeTo({ deviceId: target.deviceId, moduleId })}>
              {moduleId}
            </a>
          ))}
        </p>
      )}
      <div class="sections">
        <TwinSection name="Desired" value={desired} hint="No desired properties yet. Set some below." />
        <TwinSection name="Reported" value={reported} hint={`The ${kind} has not reported anything yet.`} />
      </div>
      <DesiredEditor target={target} twin={twin} onPatched={onChanged} />
      <div class="sections">
        <TwinSection name="Tags" value={twin.tags} hint="No tags. Only back ends can read and write them." />
      </div>
      <DeviceActivity target={target} />
      <MethodForm target={target} isConnected={twin.connectionState === 'Connected'} />
      {target.moduleId === undefined && <MessageForm target={target} />}
    </>
  )
}
