import type { JSX } from 'preact'
import type { Json, JsonObject } from '../../../src/formats/json.ts'
import { Age, exactDate } from '../common/time.tsx'
import { useFeed } from '../common/use-feed.ts'
import { useTick } from '../common/use-tick.ts'
import type { Leaf } from './leaves.ts'
import { leavesOf } from './leaves.ts'

interface SectionProps {
  readonly name: 'Desired' | 'Reported' | 'Tags'
  readonly value: JsonObject
  /** What to say while there is nothing. */
  readonly lesson: string
}

/** A part of the twin as a tree: each property with when it was last touched, and by which version. */
export function TwinSection({ name, value, lesson }: SectionProps): JSX.Element {
  useTick(1000)
  const now = Date.now() + useFeed().model.clockOffset
  const leaves = leavesOf(value)
  const version = value['$version']
  const touched = leaves.whole
  const id = `${name.toLowerCase()}-title`
  return (
    <section class="twin-section" aria-labelledby={id} data-section={name.toLowerCase()}>
      <h3 id={id}>
        {name} {typeof version === 'number' && <span class="version">v{version}</span>}
        {touched !== undefined && (
          <span class="muted">
            <Age at={touched.at} now={now} />
          </span>
        )}
      </h3>
      {leaves.rows.length === 0 && <p class="muted">{lesson}</p>}
      <ul class="tree">
        {leaves.rows.map((leaf) => (
          <Line key={leaf.path} leaf={leaf} now={now} />
        ))}
      </ul>
    </section>
  )
}

/** What has changed is drawn as another element, which lights up as it comes. */
function Line({ leaf, now }: { readonly leaf: Leaf; readonly now: number }): JSX.Element {
  const { path, key, depth, value, touched } = leaf
  const above = path.slice(0, path.length - key.length)
  const title =
    touched === undefined
      ? path
      : `${path} · ${exactDate(touched.at)}${touched.version === undefined ? '' : ` · desired v${touched.version}`}`
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
          data-fresh={touched !== undefined && now - touched.at < 1500}
        >
          {JSON.stringify(value)}
        </span>
      )}
      {touched !== undefined && value !== undefined && (
        <span class="touched">
          {touched.version !== undefined && `v${touched.version} · `}
          <Age at={touched.at} now={now} isBare />
        </span>
      )}
    </li>
  )
}

function kindOf(value: Json): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
}
