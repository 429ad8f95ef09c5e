import { Refusal } from '../errors/refusal.ts'
import type { JsonObject } from '../formats/json.ts'
import type { Context } from '../hub/context.ts'
import { identityOf } from '../identity/identity-id.ts'
import type { IdentityRecord } from '../identity/identity.ts'
import { presenceOf } from '../mqtt/presence.ts'
import { matches } from '../query/evaluate.ts'
import { twinDocument } from '../twin/twin-document.ts'
import { type TwinConfigurations, type TwinUpdate, patchTwin } from '../twin/twin.ts'
import { type Assignable, assign, byPrecedence } from './assign.ts'
import { type ContentKind, parseContent } from './content.ts'
import { type Target, parseTarget } from './target.ts'

/** A configuration, ready to be compared with many twins. */
interface Prepared extends Assignable {
  readonly kind: ContentKind
  readonly target: Target
}

interface Change extends TwinUpdate {
  readonly record: IdentityRecord
  readonly patch: JsonObject | undefined
}

/**
 * Brings twins in line with the configurations of the hub, and sends the patches to their devices.
 * Resolves when the store has the changes.
 *
 * @param onOwn called with each record that this function writes
 * @throws Refusal ServiceUnavailable when the store fails; then no twin has changed
 */
export async function assignConfigurations(
  context: Context,
  records: readonly IdentityRecord[],
  onOwn: (record: IdentityRecord) => void,
): Promise<void> {
  const prepared = prepare(context)
  const existing = new Map(prepared.map((each) => [each.number, each]))
  const changes = records.flatMap((record) => {
    const latest = context.registry.latest(record)
    return latest === undefined ? [] : (changeOf(context, latest, prepared, existing) ?? [])
  })
  if (changes.length === 0) return
  for (const { record } of changes) onOwn(record)
  await context.registry.write(changes.map(({ record }) => ({ identity: record, record })))
  for (const change of changes) announce(context, change)
}

/** Parses the configurations, the winner first. */
function prepare({ configurations }: Context): readonly Prepared[] {
  return [...configurations.all()].sort(byPrecedence).map(({ id, number, content, targetCondition }) => {
    const { kind, settings } = parseContent(content)
    return { id, number, kind, settings, target: parseTarget(targetCondition, kind) }
  })
}

function changeOf(
  context: Context,
  record: IdentityRecord,
  prepared: readonly Prepared[],
  existing: ReadonlyMap<number, Prepared>,
): Change | undefined {
  const kind: ContentKind = record.moduleId === undefined ? 'deviceContent' : 'moduleContent'
  let document: JsonObject | undefined
  const targeting = prepared.filter((each) => {
    if (each.kind !== kind || each.target.type === 'none') return false
    if (each.target.where === undefined) return true
    document ??= twinDocument(record, presenceOf(context, record))
    return matches(each.target.where, document)
  })
  const assignment = assign(record.twin, targeting, existing)
  if (assignment === undefined) return undefined
  const { patch } = assignment
  const update = updateOf(record, patch, context.clock())
  const { configurations: _before, ...twin } = update.twin
  const assigned = update.isRefused ? refusedBy(record, assignment.configurations) : assignment.configurations
  const next = Object.keys(assigned).length === 0 ? twin : { ...twin, configurations: assigned }
  return { ...update, twin: next, patch, record: { ...record, twin: next } }
}

/**
 * A patch can exceed a limit in a single twin, because of its other properties. No source says what
 * IoT Hub does then. The local hub keeps the properties, and the configuration is only `Targeted`.
 */
function updateOf(
  { twin }: IdentityRecord,
  patch: JsonObject | undefined,
  now: number,
): TwinUpdate & { readonly isRefused: boolean } {
  if (patch === undefined) return { twin, isRefused: false }
  try {
    return { ...patchTwin(twin, { desired: patch }, now), isRefused: false }
  } catch (error) {
    if (error instanceof Refusal) return { twin, isRefused: true }
    throw error
  }
}

function refusedBy({ twin }: IdentityRecord, assigned: TwinConfigurations): TwinConfigurations {
  return Object.fromEntries(
    Object.entries(assigned).map(([id, each]) => {
      const before = Object.hasOwn(twin.configurations ?? {}, id) ? twin.configurations?.[id] : undefined
      const isSame = before?.number === each.number
      return [id, isSame ? before : { status: 'Targeted' as const, number: each.number, paths: [] }]
    }),
  )
}

function announce(context: Context, { record, patch, desiredPatch }: Change): void {
  if (desiredPatch === undefined || patch === undefined) return
  const identity = identityOf(record.deviceId, record.moduleId)
  const { desired, reported } = record.twin
  context.events.emit({
    ...identity,
    type: 'twin-changed',
    by: 'configuration',
    change: { desired: patch },
    desiredVersion: desired.version,
    reportedVersion: reported.version,
  })
  context.devices.notify(identity, desiredPatch)
}
