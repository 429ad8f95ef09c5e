import type { AttachedFeature, Feature, FeatureHost } from '../device/feature.ts'
import { TwinError } from '../errors.ts'
import { splitCommandName } from '../plug-and-play/commands.ts'
import { METHOD_FILTER, methodResponseTopic, type MethodRequest, parseMethodTopic } from '../protocol/method-topics.ts'
import { createDeferred } from '../session/deferred.ts'
import type { FeatureMessage } from '../session/features.ts'
import { runReducer } from '../session/run-reducer.ts'
import { closedError, createHandlers, type MethodCall, type MethodHandler, type Methods } from './handlers.ts'
import { next } from './machine.ts'
import { checkMethodsOptions, type MethodsOptions } from './options.ts'
import { encodeResult, isTooLong, parsePayload } from './result.ts'
import {
  type AbortReason,
  FIRST_STATE,
  type MethodsEffect,
  type MethodsInput,
  type MethodsState,
  type Response,
} from './states.ts'

/**
 * Adds direct methods to a device.
 *
 * A handler that throws gives the status 500 with an empty body: neither the message nor the stack
 * reaches the back end. The `observer` gets the error as `methodFailed`. Without an observer, it
 * goes to the console.
 *
 * @throws TypeError, RangeError for a wrong option
 * @example
 * ```ts
 * import { openDevice } from 'hubtwin'
 * import { methods } from 'hubtwin/methods'
 *
 * declare const connectionString: string
 * const device = openDevice(connectionString, { use: { methods: methods() } })
 * device.methods.handle('getTime', () => ({ now: new Date().toISOString() }))
 * device.methods.handle('reboot', async ({ payload, signal }) => {
 *   console.log('reboot after', payload, 'ms', signal.aborted)
 *   return { status: 202 }
 * })
 * ```
 */
export function methods(options: MethodsOptions = {}): Feature<Methods> {
  const { concurrency, responseTimeoutInMs } = checkMethodsOptions(options)
  return { attach: (host) => attachMethods(host, concurrency, responseTimeoutInMs) }
}

/** The part of an open call that the state machine does not need. */
interface OpenCall {
  readonly request: MethodRequest
  readonly controller: AbortController
  run(): unknown
  stopTimer(): void
}

const FAILED: Response = { status: 500, body: '' }

function attachMethods(host: FeatureHost, concurrency: number, timeoutInMs: number): AttachedFeature<Methods> {
  const handlers = createHandlers(() => reducer.state.type === 'open')
  const open = new Map<number, OpenCall>()
  const [flushed, resolveFlushed] = createDeferred()
  const reducer = runReducer<MethodsState, MethodsInput, MethodsEffect>(
    FIRST_STATE,
    (state, input) => next(state, input, concurrency),
    runEffect,
  )
  const { dispatch } = reducer
  let arriving: Omit<OpenCall, 'stopTimer'> | undefined
  let release = (): void => {}
  let lastId = 0

  function handleMessage({ topic, text: body, acknowledge }: FeatureMessage): void {
    const request = parseMethodTopic(topic)
    if (request === undefined) return
    acknowledge?.()
    const id = ++lastId
    const controller = new AbortController()
    const read = readCall(request, body, controller.signal, handlers.find(request.name))
    arriving = { request, controller, run: read.run }
    dispatch({ type: 'call', id, body, response: read.response, ...request })
  }

  function runEffect(effect: MethodsEffect): void {
    const call = 'id' in effect ? open.get(effect.id) : undefined
    switch (effect.type) {
      case 'accept': {
        const stopTimer = host.clock.after(timeoutInMs, () => dispatch({ type: 'deadline', id: effect.id }))
        return arriving && void open.set(effect.id, { ...arriving, stopTimer })
      }
      case 'run':
        return call && void run(effect.id, call)
      case 'abort':
        return call?.controller.abort(abortError(effect.reason, timeoutInMs))
      case 'respond':
        // Without PUBACK, the end of the connection follows.
        return void host
          .publishAtLeastOnce(methodResponseTopic(effect.response.status, effect.rid), effect.response.body)
          .then(
            () => dispatch({ type: 'acknowledged', id: effect.id }),
            () => {},
          )
      case 'forget':
        call?.stopTimer()
        return void open.delete(effect.id)
      case 'hold':
        release = host.hold()
        return undefined
      case 'release':
        return release()
      case 'flushed':
        return resolveFlushed()
    }
  }

  async function run(id: number, call: OpenCall): Promise<void> {
    let response = FAILED
    try {
      response = encodeResult(await call.run())
    } catch (error) {
      host.observe({ type: 'methodFailed', name: call.request.name, error })
    }
    dispatch({ type: 'settled', id, response })
  }

  return {
    api: handlers.api,
    filters: [METHOD_FILTER],
    handleMessage,
    wants(topic) {
      const request = parseMethodTopic(topic)
      return reducer.state.type === 'open' && request !== undefined && handlers.find(request.name) !== undefined
    },
    handleConnection({ type: connection }) {
      if (connection === 'closed') dispatch({ type: connection })
      else dispatch({ type: 'connection', connection })
    },
    close() {
      dispatch({ type: 'close' })
      return flushed
    },
  }
}

/** @returns a response that needs no handler, or the call of the handler */
function readCall(
  { name }: MethodRequest,
  body: string,
  signal: AbortSignal,
  handler: MethodHandler | undefined,
): { readonly response: Response | undefined; run(): unknown } {
  const fail = (status: number): ReturnType<typeof readCall> => ({ response: { status, body: '' }, run() {} })
  if (isTooLong(body)) return fail(413)
  if (handler === undefined) return fail(404)
  try {
    const { component, name: command } = splitCommandName(name)
    const call: MethodCall = { name, component, command, payload: parsePayload(body), signal }
    return { response: undefined, run: () => handler(call) }
  } catch {
    return fail(400)
  }
}

function abortError(reason: AbortReason, timeoutInMs: number): TwinError {
  switch (reason) {
    case 'deadline':
      return new TwinError('ERR_TIMEOUT', `Method has no response after ${timeoutInMs} ms`)
    case 'close':
      return closedError()
    case 'replaced':
      return new TwinError('ERR_INTERRUPTED', 'Hub has used the number of the call for another call')
  }
}
