import type { TwinDocument, TwinVersions } from '../protocol/document.ts'
import type { JsonObject } from '../protocol/json.ts'
import { throwIfClosed } from '../twin/closed-error.ts'
import { createDesiredMethods } from '../twin/listening/desired-methods.ts'
import { endListeners } from '../twin/listening/listeners.ts'
import { listenToState } from '../twin/listening/state-listeners.ts'
import type { Twin, WaitOptions } from '../twin/twin.ts'
import { readSnapshot } from '../twin/snapshot.ts'
import { EMPTY_DOCUMENT } from '../twin/twin-update.ts'
import type { LastKnown } from '../twin/twin-types.ts'
import type { StandardSchema } from './standard-schema.ts'
import { createValidation, updateValidation, type Validation } from './validation.ts'
import { checkSchema, type DesiredValidity } from './validity.ts'

/** A twin, a shared twin, or the twin of a device, without types of its desired properties. */
export interface UncheckedTwin extends Pick<Twin, 'desired' | 'versions' | 'status' | 'onDesired' | 'onStatus'> {
  readonly reported: object
  ready(options?: WaitOptions): Promise<TwinDocument<JsonObject, object>>
  refresh(options?: WaitOptions): Promise<TwinDocument<JsonObject, object>>
}

/**
 * A twin whose desired properties match a schema.
 *
 * @typeParam Base the twin without the schema; its other members stay the same
 * @typeParam Desired the output of the schema
 */
export type ValidatedTwin<Base extends UncheckedTwin, Desired extends object> = Omit<
  Base,
  'desired' | 'versions' | 'onDesired' | 'changes' | 'ready' | 'refresh'
> &
  Pick<Twin<Desired>, 'desired' | 'versions' | 'onDesired' | 'changes'> & {
    /** As of the twin. `desired` is empty while no valid desired properties have arrived. */
    ready(options?: WaitOptions): Promise<TwinDocument<LastKnown<Desired>, Base['reported']>>
    refresh(options?: WaitOptions): Promise<TwinDocument<LastKnown<Desired>, Base['reported']>>
    /** Whether the newest desired properties match the schema. */
    readonly validity: DesiredValidity
    /**
     * Calls with the current validity soon, then with each invalid version, and with `valid` when
     * the desired properties match again.
     *
     * @returns removes the listener
     */
    onValidity(listener: (validity: DesiredValidity) => void): () => void
  }

/**
 * Gives a twin a schema of its desired properties. `desired`, `onDesired`, `changes`, `ready`,
 * `refresh`, and `versions.desired` show only states that match, as the schema outputs them: with
 * its default values, and without the keys that it strips. While the hub has a state that does not
 * match, the last valid state stays in force, and `onValidity` names the issues.
 *
 * A state is the whole of the desired properties, because a schema describes the whole. The output
 * is what a twin can hold, so no `Date` and no class instance. The result and `twin` are the
 * same twin: closing either closes both.
 *
 * @param twin the result of `openTwin` or `openSharedTwin`, or `device.twin`
 * @param schema a synchronous Standard Schema of an object, of Valibot, Zod, ArkType, or another
 * library. A first call with `{}` finds out whether it is synchronous.
 * @throws TypeError when the schema is not a Standard Schema, or validates asynchronously
 * @example
 * ```ts
 * import { openTwin } from 'hubtwin/light'
 * import { validateDesired } from 'hubtwin/schema'
 * import { number, object, optional } from 'valibot'
 *
 * declare const connectionString: string
 * const schema = object({ climate: object({ min: number(), max: optional(number(), 30) }) })
 * const twin = validateDesired(openTwin(connectionString), schema)
 * twin.onDesired('climate.max', ({ value = 30 }) => console.log(value.toFixed(1)))
 * twin.onValidity((validity) => {
 *   if (validity.type === 'invalid') console.warn(validity.version, validity.issues)
 * })
 * ```
 */
export function validateDesired<Base extends UncheckedTwin, Desired extends object>(
  twin: Base,
  schema: StandardSchema<Desired>,
): ValidatedTwin<Base, Desired> {
  checkSchema(schema)
  const validation = createValidation(schema)
  const { desired, versions } = twin
  if (versions.desired > 0) updateValidation(validation, desired, versions.desired)
  twin.onDesired((change) => updateValidation(validation, change.desired, change.version))
  twin.onStatus(({ type }) => {
    if (type === 'closed') endListeners(validation.listeners)
  })
  const validated: unknown = createValidatedTwin(twin, validation)
  // The compiler cannot follow the members of a twin through their descriptors.
  return validated as ValidatedTwin<Base, Desired>
}

function createValidatedTwin(twin: UncheckedTwin, { listeners, validity }: Validation): object {
  const desired = (): JsonObject =>
    listeners.current ? readSnapshot(listeners.current.section) : EMPTY_DOCUMENT.desired

  function versions(): TwinVersions {
    // The hub counts a version even when the desired properties stay the same.
    if (validity.current.type === 'valid') return twin.versions
    return Object.freeze({ ...twin.versions, desired: listeners.current?.version ?? 0 })
  }

  function document(): TwinDocument<JsonObject, object> {
    return Object.freeze({ desired: desired(), reported: twin.reported, versions: versions() })
  }

  const members = {
    ...createDesiredMethods(listeners, () => throwIfClosed(twin.status)),
    async ready(options?: WaitOptions) {
      await twin.ready(options)
      return document()
    },
    async refresh(options?: WaitOptions) {
      await twin.refresh(options)
      return document()
    },
    onValidity: (listener: (validity: DesiredValidity) => void) => listenToState(validity, listener),
  }
  return Object.freeze(
    Object.defineProperties(
      {},
      {
        ...Object.getOwnPropertyDescriptors(twin),
        ...Object.getOwnPropertyDescriptors(members),
        desired: { get: desired, enumerable: true },
        reported: { get: () => twin.reported, enumerable: true },
        versions: { get: versions, enumerable: true },
        status: { get: () => twin.status, enumerable: true },
        validity: { get: () => validity.current, enumerable: true },
      },
    ),
  )
}
