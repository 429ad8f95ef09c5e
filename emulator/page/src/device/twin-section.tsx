import type { JSX } from 'preact'
import type { Json, JsonObject } from '../../../src/formats/json.ts'
import { exactDate } from 'hubtwin-page-kit/time'
import { Age } from '../common/age.tsx'
import { useFeed } from '../common/use-feed.ts'
import { useTick } from '../common/use-tick.ts'
import { type TwinRow, twinRows } from './twin-rows.ts'

interface SectionProps {
  readonly name: 'Desired' | 'Reported' | 'Tags'
  readonly value: JsonObject
  /** Shown while the section is empty. */
  readonly hint: string
}

/**
 * A section of the twin as a tree. Each property shows the time and the version of its last
 * update.
 */
export function TwinSection({ name, value, hint }: SectionProps): JSX.Element {
  useTick(1000)
  const now = Date.now() + useFeed().model.clockOffset
  const section = twinRows(value)
  const version = value['$version']
  const lastUpdate = section.whole
  const id = `${name.toLowerCase()}-title`
  return (
    <section class="twin-section" aria-labelledby={id} data-section={name.toLowerCase()}>
      <h3 id={id}>
        {name} {typeof version === 'number' && <span class="version">v{version}</span>}
        {lastUpdate !== undefined && (
          <span class="muted">
            <Age at={lastUpdate.at} now={now} />
          </span>
        )}
      </h3>
      {section.rows.length === 0 && <p class="muted">{hint}</p>}
      <ul class="tree">
        {section.rows.map((row) => (
          <Line key={row.path} row={row} now={now} />
        ))}
      </ul>
    </section>
  )
}

/** A changed value gets a new element, because the highlight runs when an element appears. */
function Line({ row, now }: { readonly row: TwinRow; readonly now: number }): JSX.Element {
  const { path, key, depth, value, lastUpdate } = row
  const above = path.slice(0, path.length - key.length)
  const title =
    lastUpdate === undefined
      ? path
      : `${path} · ${exactDate(lastUpdate.at)}${lastUpdate.version === undefined ? '' : ` · desired v${lastUpdate.version}`}`
  return (
    <li class="leaf" data-path={path} data-depth={Math.min(depth, 10)} title={title}>
      <span class="key">
        <span class="visually-hidden">{above}</span>
        {key}
      </span>
      {value !== undefined && (
        <span
          class={`value ${kindOf(value)}`}
          key={JSON.stringify(value)}
          data-fresh={lastUpdate !== undefined && now - lastUpdate.at < 1500}
        >
          {JSON.stringify(value)}
        </span>
      )}
      {lastUpdate !== undefined && value !== undefined && (
        <span class="last-update">
          {lastUpdate.version !== undefined && `v${lastUpdate.version} · `}
          <Age at={lastUpdate.at} now={now} isBare />
        </span>
      )}
    </li>
  )
}

function kindOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
