import { folderStore } from '../runtime/folder/folder-store.ts'
import type { OnCommand } from '../runtime/redis/guarded.ts'
import type { RedisStore } from '../runtime/redis/redis-store.ts'
import { explainWriteError, isFileError } from '../runtime/system-error.ts'
import { printNotice } from '../terminal.ts'
import { Problem } from '../tokens/base/problem.ts'
import type { Store } from '../tokens/base/store.ts'
import { hasSigningKeys } from '../tokens/jwt/signing-keys.ts'
import { DEFAULT_STATE, type StateOptions } from './state-options.ts'
import { asUsage, UsageError } from './usage.ts'

/** The address of the store. Unlike an argument, other users of the machine cannot read it. */
const ADDRESS = 'HUBTWIN_STORE'
/** The password of the store, if the address does not contain it. */
const PASSWORD = 'HUBTWIN_STORE_PASSWORD'
const CONNECT_DEADLINE_IN_MS = 5_000

/** The state of a token service, in a folder or in Redis. */
export interface State {
  readonly store: Store
  /** The place of the state, for messages. Contains no password. */
  readonly place: string
  /** The store, if it is Redis. */
  readonly redis: RedisStore | undefined
}

/**
 * Chooses the store: `--store`, then `--state`, then the environment variable HUBTWIN_STORE, then
 * the default folder. Does not wait for a connection.
 *
 * @throws UsageError if both options are given, or if the address is malformed
 */
export async function chooseState({ state, store: given }: StateOptions, onCommand?: OnCommand): Promise<State> {
  if (given !== undefined && state !== undefined)
    throw new UsageError('--store and --state both name the state; pass only the --store or the --state of "serve"')
  const url = given ?? (state === undefined ? process.env[ADDRESS]?.trim() : undefined)
  if (!url) {
    const place = state ?? DEFAULT_STATE
    return { store: folderStore(place, { onDoubt: printNotice }), place, redis: undefined }
  }
  if (given !== undefined && /^\w+:\/\/[^@/]*:[^@/]+@/.test(given))
    printNotice(`Other users of this machine can read the password in --store; set ${ADDRESS} instead`)
  const { openRedisStore } = await import('../runtime/redis/redis-store.ts')
  const redis = await asUsageIf(given !== undefined, () =>
    openRedisStore(url, { password: process.env[PASSWORD], onCommand }),
  )
  return { store: redis, place: redis.address, redis }
}

/** A malformed option is wrong usage, a malformed variable is a failure. */
async function asUsageIf<Result>(isOption: boolean, open: () => Result): Promise<Result> {
  return isOption ? asUsage(async () => open()) : open()
}

/**
 * Opens the state for a command, runs the command, and closes the state.
 *
 * @throws Error if the store does not respond within five seconds
 */
export async function withState<T>(options: StateOptions, work: (state: State) => Promise<T>): Promise<T> {
  const state = await chooseState(options)
  try {
    await state.redis?.connect(CONNECT_DEADLINE_IN_MS)
    return await work(state)
  } catch (error) {
    throw explainStoreError(error, state.place)
  } finally {
    state.redis?.close()
  }
}

/**
 * Like `withState`, for a token service that has run before. In a new folder, a revocation would
 * have no effect.
 *
 * @throws Error if there is no such state
 */
export async function withExistingState<T>(options: StateOptions, work: (state: State) => Promise<T>): Promise<T> {
  return withState(options, async (state) => {
    if (await hasSigningKeys(state.store)) return work(state)
    throw new Error(
      state.redis === undefined
        ? `No token service has its state in ${state.place} (relative to ${process.cwd()}); pass the --state folder of "serve"`
        : `No token service has its state in ${state.place}; pass the --store of "serve"`,
    )
  })
}

/** Names the store and the reason in an error about it. */
export function explainStoreError(error: unknown, place: string): unknown {
  if (isFileError(error)) return new Error(`--state is ${place}, but ${explainWriteError(error)}`, { cause: error })
  if (!(error instanceof Problem) || error.code !== 'ERR_UNAVAILABLE') return error
  return new Error(`The store at ${place} does not answer (${error.reason ?? 'unknown reason'})`, { cause: error })
}
