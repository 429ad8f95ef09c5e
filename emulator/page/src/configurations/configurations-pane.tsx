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

function NoConfigurations(): JSX.Element {
  return (
    <div class="hint">
      <p>A configuration sets desired properties of every device that meets its target condition.</p>
      <p>Add one with azure-iothub, or with:</p>
      <pre tabIndex={0}>
        <code>npm run service -- rollout firmware 1.3.0</code>
      </pre>
    </div>
  )
}
