import { TwinError } from '../errors.ts'
import { checkFunction } from '../protocol/checks.ts'
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
 * Answers a call. An object with `status`, and with no other key but `payload`, is a response with
 * that status, a whole number. Everything else is the payload of a response with status 200. A
 * result that no response can carry fails as if the handler threw.
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
   * @throws TwinError `ERR_CLOSED`
   */
  handle(name: string, handler: MethodHandler): () => void
  /**
   * Registers the handler of all methods without their own handler. Without it, these calls
   * get the status 404.
   *
   * @returns removes the handler
   * @throws TypeError for a wrong argument, or a second handler
   * @throws TwinError `ERR_CLOSED`
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

/** @param isOpen whether the device may still get a call */
export function createHandlers(isOpen: () => boolean): Handlers {
  // The key `undefined` is for all others.
  const handlers = new Map<string | undefined, { readonly handler: MethodHandler }>()

  function add(name: string | undefined, handler: MethodHandler): () => void {
    checkFunction('handler', handler)
    if (!isOpen()) throw closedError()
    if (handlers.has(name)) throw new TypeError(`${name ?? 'handleOthers'} already has a handler; remove it first`)
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
          throw new TypeError(
            `Method name ${typeof name === 'string' ? JSON.stringify(name) : `is ${typeName(name)}, which`} cannot be called; it has to match ${NAME}`,
          )
        return add(name, handler)
      },
      handleOthers: (handler) => add(undefined, handler),
    }),
    find: (name) => (handlers.get(name) ?? handlers.get(undefined))?.handler,
  }
}

export function closedError(): TwinError {
  return new TwinError('ERR_CLOSED', 'Device is closed')
}
