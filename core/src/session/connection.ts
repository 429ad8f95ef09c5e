import { TwinError } from '../errors.ts'
import { clientId, type DeviceIdentity, userName } from '../protocol/identity.ts'
import type { JsonObject } from '../protocol/json.ts'
import type { SessionInput } from '../protocol/machine-states.ts'
import { readDocument, readNotification, statusError } from '../protocol/response.ts'
import { FILTERS, getTopic, parseTopic, reportTopic } from '../protocol/topics.ts'
import type { Clock } from './clock.ts'
import type { Observed } from './observation.ts'
import { createRequests, type Outcome } from './requests.ts'
import type { OpenWire, Wire, WireEvent } from './wire.ts'

export interface ConnectionOptions {
  readonly identity: DeviceIdentity
  readonly endpoint: string
  readonly keepaliveInSeconds: number
  readonly requestTimeoutInMs: number
  readonly openWire: OpenWire
  readonly clock: Clock
  readonly dispatch: (happening: SessionInput) => void
  readonly observe: (observed: Observed) => void
}

/** One wire at a time, what is asked on it, and what its messages mean to the machine. */
export interface Connection {
  open(password: string): void
  subscribe(): void
  get(): void
  /** Sends the last GET again; whichever answer comes first counts. */
  repeatGet(): void
  /** There is an outcome in any case. */
  report(patch: JsonObject, onOutcome: (outcome: Outcome) => void): void
  close(): void
  /** No request is under way. */
  readonly idle: boolean
  /** How long the hub has said nothing. */
  readonly silentForInMs: number
  /** Ends when the last wire is gone. */
  readonly gone: Promise<void>
}

export function createConnection(options: ConnectionOptions): Connection {
  const { clock, dispatch, observe } = options
  const requests = createRequests(clock, () => dispatch({ type: 'drained' }))
  const decoder = new TextDecoder()
  let wire: Wire | undefined
  let gone: Promise<void> = Promise.resolve()
  let heardAt = clock.now()
  let lastGet = ''

  function open(password: string): void {
    const { identity, endpoint: url, keepaliveInSeconds } = options
    const request = { url, clientId: clientId(identity), userName: userName(identity), password, keepaliveInSeconds }
    observe({ type: 'sent', packet: 'CONNECT' })
    try {
      const opened: Wire = options.openWire(request, (event) => {
        // An event of a connection that has been given up comes too late to mean anything.
        if (opened === wire) receive(event)
      })
      wire = opened
    } catch (cause) {
      dispatch({ type: 'down', error: new TwinError('ERR_UNREACHABLE', 'Connection could not be begun', { cause }) })
    }
  }

  function receive(event: WireEvent): void {
    if (event.type !== 'down') heardAt = clock.now()
    switch (event.type) {
      case 'up':
        observe({ type: 'received', packet: 'CONNACK', code: 0 })
        return dispatch(event)
      case 'refused':
        observe({ type: 'received', packet: 'CONNACK', code: event.code })
        return dispatch(event)
      case 'subscribed':
        observe({ type: 'received', packet: 'SUBACK' })
        return dispatch(event)
      case 'message':
        return receiveMessage(event.topic, decoder.decode(event.payload))
      case 'down':
        observe({ type: 'lost', error: event.error })
        return dispatch(event)
    }
  }

  function receiveMessage(topic: string, payload: string): void {
    observe({ type: 'received', packet: 'PUBLISH', topic, payload })
    const parsed = parseTopic(topic)
    if (parsed.type === 'response') requests.answer(parsed.rid, { ...parsed, body: payload })
    else if (parsed.type === 'desired') dispatch(readPatch(payload, parsed.version))
  }

  function publish(topic: string, payload: string): void {
    observe({ type: 'sent', packet: 'PUBLISH', topic, payload })
    wire?.publish(topic, payload)
  }

  return {
    open,
    subscribe() {
      observe({ type: 'sent', packet: 'SUBSCRIBE' })
      wire?.subscribe(FILTERS, 0)
    },
    get() {
      // The state has a deadline for the answer, which ends the connection.
      lastGet = requests.open((outcome) => {
        if (outcome.type === 'answered') dispatch(readAnswer(outcome))
      })
      publish(getTopic(lastGet), '')
    },
    repeatGet() {
      publish(getTopic(lastGet), '')
    },
    report(patch, onOutcome) {
      if (wire === undefined) {
        onOutcome({ type: 'failed', error: new TwinError('ERR_INTERRUPTED', 'Connection is closed') })
        return
      }
      publish(reportTopic(requests.open(onOutcome, options.requestTimeoutInMs)), JSON.stringify(patch))
    },
    close() {
      const old = wire
      wire = undefined
      if (old !== undefined) {
        observe({ type: 'sent', packet: 'DISCONNECT' })
        gone = old.close()
      }
      requests.failAll(new TwinError('ERR_INTERRUPTED', 'Connection closed before the hub answered'))
    },
    get idle() {
      return requests.idle
    },
    get silentForInMs() {
      return clock.now() - heardAt
    },
    get gone() {
      return gone
    },
  }
}

function readPatch(body: string, topicVersion: number | undefined): SessionInput {
  try {
    return { type: 'patch', patch: readNotification(body, topicVersion) }
  } catch (error) {
    if (error instanceof TwinError) return { type: 'notificationLost' }
    throw error
  }
}

function readAnswer(answer: Extract<Outcome, { type: 'answered' }>): SessionInput {
  const refusal = statusError(answer, 'GET of the twin')
  if (refusal !== undefined) return { type: 'syncFailed', error: refusal }
  try {
    return { type: 'document', document: readDocument(answer.body) }
  } catch (error) {
    if (error instanceof TwinError) return { type: 'syncFailed', error }
    throw error
  }
}
