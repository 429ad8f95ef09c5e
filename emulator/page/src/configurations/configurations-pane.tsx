import type { JSX } from 'preact'
import { ConfigurationItem } from './configuration-item.tsx'
import { useConfigurations } from './use-configurations.ts'

/** The automatic configurations of the hub: targets, counts, and content. */
export function ConfigurationsPane(): JSX.Element {
  const [state, read] = useConfigurations()
  return (
    <section class="pane device configurations" aria-labelledby="configurations-title">
      <div class="pane-head">
        <h2 id="configurations-title">Configurations</h2>
        <a class="close" href="#/" aria-label="Close the configurations" title="Close">
          ×
        </a>
      </div>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="configurations-title">
        {state.type === 'reading' && <p class="hint">Reading the configurations…</p>}
        {state.type === 'failed' && (
          <p class="hint problem" role="alert">
            {state.reason}{' '}
            <button type="button" onClick={read}>
              Retry
            </button>
          </p>
        )}
        {state.type === 'known' && state.configurations.length === 0 && <NoConfigurations />}
        {state.type === 'known' &&
          state.configurations.map((each) => <ConfigurationItem key={each.id} configuration={each} />)}
      </div>
    </section>
  )
}

const EXAMPLE = `registry.addConfiguration({
  id: 'dark',
  schemaVersion: '1.0',
  targetCondition: "tags.site = 'lab'",
  priority: 1,
  content: { deviceContent: { 'properties.desired.theme': 'dark' } },
})`

function NoConfigurations(): JSX.Element {
  return (
    <div class="hint">
      <p>A configuration sets desired properties of every device that meets its target condition.</p>
      <p>Add a configuration with azure-iothub or with the Azure CLI:</p>
      <pre tabIndex={0}>
        <code>{EXAMPLE}</code>
      </pre>
    </div>
  )
}
