import { type JsonValue, typeName } from '../protocol/json.ts'

/** A call of a direct method by the back end. */
export interface MethodCall {
  /** As the back end wrote it, such as `thermostat1*reboot`. */
  readonly name: string
  /** The component of an IoT Plug and Play command; `undefined` for the root. */
  readonly component?: string | undefined
  /** The name without the component. */
  readonly command: string
  /** `undefined` for an empty body. */
  readonly payload: JsonValue | undefined
  /**
   * Aborts when a response would be too late, when the device closes, or when the hub has reused
   * the number of the call. A response after that goes nowhere, except during a close.
   */
  readonly signal: AbortSignal
}

/**
 * Answers a call. An object with an integer `status`, and with no other key but `payload`, is a
 * response with that status. Everything else is the payload of a response with status 200.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { type MethodCall, type MethodHandler, methods } from 'hubtwin/methods'
 * import type { MethodResponse } from 'hubtwin/methods'
 *
 * const reboot: MethodHandler = ({ payload, signal }: MethodCall): MethodResponse =>
 *   signal.aborted ? { status: 503 } : { status: 202, payload: { delay: payload ?? 0 } }
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { methods: methods() } })
 * device.methods.handle('reboot', reboot)
 * ```
 */
export type MethodHandler = (call: MethodCall) => unknown

/**
 * Direct methods.
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { type Methods, methods, type MethodsOptions } from 'hubtwin/methods'
 *
 * function handleAll(api: Methods): void {
 *   api.handle('getTime', () => ({ now: Date.now() }))
 *   api.handleOthers(({ name }) => ({ status: 404, payload: `There is no ${name}` }))
 * }
 *
 * declare const connectionString: string
 * const options: MethodsOptions = { concurrency: 4, responseTimeoutInMs: 60_000 }
 * handleAll(openDevice(connectionString, { use: { methods: methods(options) } }).methods)
 * ```
 */
export interface Methods {
  /**
   * Registers the handler of a method. Register it in the same turn as `openDevice`, so that it
   * exists before the first call. A command of a component has the name `component*command`.
   *
   * @returns removes the handler
   * @throws TypeError for a wrong argument, a name that no back end can call, or a name that has a
   *   handler
   */
  handle(name: string, handler: MethodHandler): () => void
  /**
   * Registers the handler of all methods without a handler of their own. Without it, these calls
   * get the status 404.
   *
   * @returns removes the handler
   * @throws TypeError for a wrong argument, or a second handler
   */
  handleOthers(handler: MethodHandler): () => void
}

export interface Handlers {
  readonly api: Methods
  /** @returns `undefined` when neither the method nor the others have a handler */
  find(name: string): MethodHandler | undefined
}

/** The names that a back end can call; a topic has no `#` or `+` (docs/protocol/device.md §2.1). */
const NAME = /^[\w!%&'*.^`|~-]{1,100}$/

export function createHandlers(): Handlers {
  // The key `undefined` is for all others.
  const handlers = new Map<string | undefined, { readonly handler: MethodHandler }>()

  function add(name: string | undefined, handler: MethodHandler): () => void {
    if (typeof handler !== 'function') throw new TypeError(`handler is ${typeName(handler)}, not a function`)
    if (handlers.has(name)) throw new TypeError(`${name ?? 'handleOthers'} has a handler already; remove it first`)
    const entry = { handler }
    handlers.set(name, entry)
    return () => {
      if (handlers.get(name) === entry) handlers.delete(name)
    }
  }

  return {
    api: Object.freeze<Methods>({
      handle(name, handler) {
        if (typeof name !== 'string' || !NAME.test(name))
          throw new TypeError(`Method name ${JSON.stringify(name)} cannot be called; it has to match ${NAME}`)
        return add(name, handler)
      },
      handleOthers: (handler) => add(undefined, handler),
    }),
    find: (name) => (handlers.get(name) ?? handlers.get(undefined))?.handler,
  }
}
