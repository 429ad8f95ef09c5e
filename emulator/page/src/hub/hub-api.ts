import type { JsonObject, Json } from '../../../src/formats/json.ts'
import { type DeviceRow, rowOf } from './device-row.ts'

/** A device or a module, as in the URL of the page. */
export interface Target {
  readonly deviceId: string
  readonly moduleId?: string
}

export interface HubFacts {
  readonly hostName: string
  readonly endpoints: Readonly<Record<string, string>>
  /** Milliseconds since 1970 by the hub's clock. */
  readonly startedAt: number
  readonly now: number
}

export interface DeviceList {
  readonly hub: HubFacts
  /** `run-sequence` of the newest event that the list includes. */
  readonly lastEventId: string
  readonly devices: readonly DeviceRow[]
}

/** A twin as a back end sees it. */
export interface TwinDocument extends Record<string, Json | undefined> {
  readonly deviceId: string
  readonly etag: string
  readonly status: 'enabled' | 'disabled'
  readonly connectionState: string
  readonly lastActivityTime: string
  readonly cloudToDeviceMessageCount: number
  readonly authenticationType: string
  readonly tags: JsonObject
  readonly properties: { readonly desired: JsonObject; readonly reported: JsonObject }
}

export interface DeviceOverview {
  readonly twin: TwinDocument
  readonly modules: readonly string[]
}

/** An automatic configuration as a back end sees it. */
export interface ConfigurationDocument {
  readonly id: string
  readonly labels?: Readonly<Record<string, string>>
  readonly content: JsonObject
  readonly targetCondition: string
  readonly priority: number
  readonly createdTimeUtc: string
  readonly lastUpdatedTimeUtc: string
  readonly systemMetrics: ConfigurationMetrics
  readonly metrics: ConfigurationMetrics
}

export interface ConfigurationMetrics {
  readonly results: Readonly<Record<string, number>>
  readonly queries: Readonly<Record<string, string>>
}

/** An error response of the hub; `status` is 0 without any response. */
export class HubError extends Error {
  readonly status: number
  /** The number of characters of a query before its problem. */
  readonly offset: number | undefined

  constructor(status: number, message: string, options: ErrorOptions & { readonly offset?: number | undefined } = {}) {
    super(message, options)
    this.status = status
    this.offset = options.offset
  }
}

/** A page of the result of a query. */
export interface QueryPage {
  readonly items: readonly JsonObject[]
  /** `Raw` for a projection, otherwise the type of the documents. */
  readonly itemType: string
  /** The start of the next page; `undefined` on the last page. */
  readonly continuation: string | undefined
}

export async function listDevices(): Promise<DeviceList> {
  const { devices, ...rest } = await call<Omit<DeviceList, 'devices'> & { devices: Parameters<typeof rowOf>[0][] }>(
    'GET',
    '',
  )
  return { ...rest, devices: devices.map(rowOf) }
}

/** The newest first. */
export function listConfigurations(): Promise<readonly ConfigurationDocument[]> {
  return send('GET', '/hub/configurations')
}

/** @param continuation of the previous page */
export async function runQuery(sql: string, continuation: string | undefined, signal: AbortSignal): Promise<QueryPage> {
  const headers = continuation === undefined ? {} : { 'x-ms-continuation': continuation }
  const { headers: answered, text } = await request('POST', '/hub/query', { body: { query: sql }, headers, signal })
  return {
    items: JSON.parse(text) as readonly JsonObject[],
    itemType: answered.get('x-ms-item-type') ?? '',
    continuation: answered.get('x-ms-continuation') ?? undefined,
  }
}

export function readDevice(target: Target): Promise<DeviceOverview> {
  return call('GET', pathOf(target))
}

export function createDevice(deviceId: string): Promise<void> {
  return call('POST', '', { body: { deviceId } })
}

/**
 * @param etag of the twin that the patch is based on; if the twin has changed, the hub responds
 *   412
 */
export function patchTwin(target: Target, patch: JsonObject, etag: string): Promise<TwinDocument> {
  return call('PATCH', `${pathOf(target)}/twin`, { body: patch, headers: { 'if-match': `"${etag}"` } })
}

export function setStatus(target: Target, status: 'enabled' | 'disabled'): Promise<void> {
  return call('PUT', `${pathOf(target)}/status`, { body: { status } })
}

export function disconnect(target: Target): Promise<void> {
  return call('DELETE', `${pathOf(target)}/connection`)
}

export function deleteDevice(target: Target): Promise<void> {
  return call('DELETE', pathOf(target))
}

export function invokeMethod(target: Target, body: JsonObject): Promise<{ status: number; payload: Json }> {
  return call('POST', `${pathOf(target)}/methods`, { body })
}

export function sendMessage({ deviceId }: Target, body: JsonObject): Promise<{ sequenceNumber: number }> {
  return call('POST', `${pathOf({ deviceId })}/messages`, { body })
}

export async function readConnectionString(target: Target, plain: boolean): Promise<string> {
  const path = `${pathOf(target)}/connection-string`
  return (await call<{ connectionString: string }>('POST', path, { body: { plain } })).connectionString
}

function pathOf({ deviceId, moduleId }: Target): string {
  const device = `/${encodeURIComponent(deviceId)}`
  return moduleId === undefined ? device : `${device}/modules/${encodeURIComponent(moduleId)}`
}

interface Content {
  readonly body?: JsonObject
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** Longer than a method call, which waits up to 300 s for its response. */
const DEADLINE_IN_MS = 310_000

function call<Result>(method: string, path: string, content?: Content): Promise<Result> {
  return send(method, `/hub/devices${path}`, content)
}

async function send<Result>(method: string, path: string, content?: Content): Promise<Result> {
  const { text } = await request(method, path, content)
  return (text === '' ? undefined : JSON.parse(text)) as Result
}

interface Response {
  readonly headers: Headers
  readonly text: string
}

async function request(method: string, path: string, { body, headers, signal }: Content = {}): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_IN_MS)
  const response = await fetch(path, {
    method,
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  }).catch((error: unknown) => {
    throw new HubError(0, 'The hub does not respond. Is it running?', { cause: error })
  })
  const text = await response.text()
  if (response.ok) return { headers: response.headers, text }
  const { message = `The hub responded with status ${response.status}`, offset } = problemIn(text)
  throw new HubError(response.status, message, { offset })
}

function problemIn(text: string): { readonly message?: string; readonly offset?: number } {
  try {
    return JSON.parse(text) as { message?: string; offset?: number }
  } catch {
    return {}
  }
}
