import { TwinError, type TwinErrorCode } from '../errors.ts'
import type { TwinDocument } from '../protocol/document.ts'
import { freezeJson, type JsonObject, parseJsonObject } from '../protocol/json.ts'
import { copyReportedPatch } from '../protocol/limits.ts'
import type { TwinStatus } from '../protocol/machine-states.ts'
import type { TwinUpdate } from '../twin/twin-update.ts'
import { countOf, type Fields, fieldsOf, listOf, malformed, numberOf, textOf } from './fields.ts'
import type { HandedOverReport, Call, CallOutcome, Message, TabState } from './messages.ts'

/**
 * Reads a message from the channel. Any script of the origin can post there, and so can a tab with
 * another release. So each field is checked as strictly as input from the app.
 *
 * @returns `undefined` for anything that is not a message, or has a malformed field
 */
export function readMessage(data: unknown): Message | undefined {
  try {
    return toMessage(fieldsOf(data))
  } catch {
    return undefined
  }
}

function toMessage(message: Fields): Message {
  const { type } = message
  switch (type) {
    case 'hello': {
      const seen = message['seen'] === undefined ? {} : { seen: seenOf(fieldsOf(message['seen'])) }
      return {
        type,
        tab: textOf(message['tab']),
        nonce: countOf(message['nonce']),
        open: countOf(message['open']),
        ...seen,
      }
    }
    case 'call':
      return { type, ...callerOf(message), call: callOf(fieldsOf(message['call'])) }
    case 'cancel':
      return { type, ...callerOf(message) }
    case 'lead':
      return { type, term: textOf(message['term']) }
    case 'welcome': {
      const state = message['state'] === undefined ? {} : { state: stateOf(fieldsOf(message['state'])) }
      return { type, tab: textOf(message['tab']), nonce: countOf(message['nonce']), ...seenOf(message), ...state }
    }
    case 'update':
      return { type, ...seenOf(message), update: updateOf(fieldsOf(message['update'])) }
    case 'outcome':
      return { type, ...callerOf(message), outcome: outcomeOf(fieldsOf(message['outcome'])) }
    case 'handover':
      return { type, reports: listOf(message['reports']).map((report) => reportOf(fieldsOf(report))) }
    default:
      throw malformed()
  }
}

function callerOf(message: Fields): { readonly tab: string; readonly term: string; readonly id: number } {
  return { tab: textOf(message['tab']), term: textOf(message['term']), id: countOf(message['id']) }
}

function seenOf(fields: Fields): { readonly term: string; readonly n: number } {
  return { term: textOf(fields['term']), n: countOf(fields['n']) }
}

function callOf({ type, patch }: Fields): Call {
  if (type === 'refresh') return { type }
  if (type === 'report') return { type, patch: copyReportedPatch(patch) }
  throw malformed()
}

function reportOf({ tab, id, patch }: Fields): HandedOverReport {
  return { tab: textOf(tab), id: countOf(id), patch: copyReportedPatch(patch) }
}

function outcomeOf({ type, version, error }: Fields): CallOutcome {
  if (type === 'failed') return { type, error: errorOf(fieldsOf(error)) }
  if (type !== 'done') throw malformed()
  return version === undefined ? { type } : { type, version: countOf(version) }
}

function stateOf({ document, status }: Fields): TabState {
  const read = { status: statusOf(fieldsOf(status)) }
  return document === undefined ? read : { ...read, document: documentOf(fieldsOf(document)) }
}

function updateOf({ type, document, version, properties, status }: Fields): TwinUpdate {
  switch (type) {
    case 'document':
      return { type, document: documentOf(fieldsOf(document)) }
    case 'desired':
    case 'reported':
      return { type, version: countOf(version), properties: sectionOf(properties) }
    case 'status':
      return { type, status: statusOf(fieldsOf(status)) }
    default:
      throw malformed()
  }
}

function documentOf({ desired, reported, versions }: Fields): TwinDocument {
  const counts = fieldsOf(versions)
  return Object.freeze({
    desired: sectionOf(desired),
    reported: sectionOf(reported),
    versions: Object.freeze({ desired: countOf(counts['desired']), reported: countOf(counts['reported']) }),
  })
}

/** Rejects `closed`, because each tab closes its own twin. */
function statusOf({ type, attempt, retryInMs, error }: Fields): TwinStatus {
  switch (type) {
    case 'connecting':
      return { type, attempt: countOf(attempt) }
    case 'ready':
      return error === undefined ? { type } : { type, error: twinErrorOf(fieldsOf(error)) }
    case 'waiting':
      return { type, retryInMs: numberOf(retryInMs), error: twinErrorOf(fieldsOf(error)) }
    default:
      throw malformed()
  }
}

const CODES: Readonly<Record<TwinErrorCode, true>> = {
  ERR_REFUSED: true,
  ERR_UNAUTHORIZED: true,
  ERR_TOKEN: true,
  ERR_UNREACHABLE: true,
  ERR_INTERRUPTED: true,
  ERR_TIMEOUT: true,
  ERR_THROTTLED: true,
  ERR_BAD_REQUEST: true,
  ERR_HUB: true,
  ERR_PROTOCOL: true,
  ERR_QUEUE_FULL: true,
  ERR_REPLACED: true,
  ERR_CLOSED: true,
}

function twinErrorOf({ code, message, status, retryAfterInMs, retriable }: Fields): TwinError {
  if (!Object.hasOwn(CODES, textOf(code))) throw malformed()
  if (typeof retriable !== 'boolean') throw malformed()
  return new TwinError(code as TwinErrorCode, textOf(message), {
    retriable,
    ...(status !== undefined && { status: countOf(status) }),
    ...(retryAfterInMs !== undefined && { retryAfterInMs: numberOf(retryAfterInMs) }),
  })
}

function errorOf(error: Fields): Error {
  if (error['code'] !== undefined) return twinErrorOf(error)
  const message = textOf(error['message'])
  return error['name'] === 'RangeError' ? new RangeError(message) : new Error(message)
}

/** A hub may have text that `copyJson` rejects, so this accepts all JSON. */
function sectionOf(value: unknown): JsonObject {
  return freezeJson(parseJsonObject(JSON.stringify(value)))
}
