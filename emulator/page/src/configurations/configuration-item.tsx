import type { JSX } from 'preact'
import { Age } from '../common/age.tsx'
import { useFeed } from '../common/use-feed.ts'
import { useTick } from '../common/use-tick.ts'
import type { ConfigurationDocument, ConfigurationMetrics } from '../hub/hub-api.ts'

const count = new Intl.NumberFormat('en-GB')

/** A configuration in a line; opened, with its content and its queries. */
export function ConfigurationItem({ configuration }: { readonly configuration: ConfigurationDocument }): JSX.Element {
  const { id, labels = {}, targetCondition, priority, systemMetrics, metrics, content } = configuration
  const { targetedCount, appliedCount } = systemMetrics.results
  return (
    <details class="configuration">
      <summary>
        <strong>{id}</strong>
        <span class="counts">
          {targetedCount === undefined || appliedCount === undefined
            ? 'not counted yet'
            : `${count.format(appliedCount)} of ${count.format(targetedCount)} applied`}
        </span>
        <span class="muted">priority {priority}</span>
      </summary>
      <dl class="facts">
        <div>
          <dt>Target</dt>
          <dd>{targetCondition === '' ? 'no device' : <code>{targetCondition}</code>}</dd>
        </div>
        <div>
          <dt>Created</dt>
          <dd>
            <Since time={configuration.createdTimeUtc} />
          </dd>
        </div>
        <div>
          <dt>Updated</dt>
          <dd>
            <Since time={configuration.lastUpdatedTimeUtc} />
          </dd>
        </div>
        {Object.entries(labels).map(([name, label]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
      <Metrics system={systemMetrics} custom={metrics} />
      <pre tabIndex={0} aria-label={`Content of ${id}`}>
        {JSON.stringify(content, null, 2)}
      </pre>
    </details>
  )
}

interface MetricsProps {
  readonly system: ConfigurationMetrics
  readonly custom: ConfigurationMetrics
}

function Metrics({ system, custom }: MetricsProps): JSX.Element {
  const rows = [system, custom].flatMap(({ queries, results }) =>
    Object.entries(queries).map(([name, query]) => ({ name, query, result: results[name] })),
  )
  return (
    <table class="metrics">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col">Count</th>
          <th scope="col">Query</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, query, result }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{result === undefined ? '–' : count.format(result)}</td>
            <td>
              <code>{query}</code>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Since({ time }: { readonly time: string }): JSX.Element {
  const { model } = useFeed()
  useTick(1000)
  return <Age at={Date.parse(time)} now={Date.now() + model.clockOffset} />
}
