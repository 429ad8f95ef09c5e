import type { SampleHub, SampleSubject } from './sample-subject.ts'
import { API_VERSION, pathOf } from './sample-text.ts'

const TOKEN = '# SAS is a token of a policy: az iot hub generate-sas-token --hub-name HUB --query sas -o tsv\n'

/** A request. The local hub needs no token from this machine. */
interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly path: string
  readonly headers?: readonly string[]
  readonly body?: string
}

/** @returns a command of the back end, or `undefined` for an action that only a device has */
export function curlSample(subject: SampleSubject, { origin, isLocal }: SampleHub): string | undefined {
  const call = isLocal ? localCall(subject) : hubCall(subject)
  if (call === undefined) return undefined
  const { method, path, headers = [], body } = call
  const parts = [
    ...(method === 'GET' ? [] : ['-X', method]),
    ...(isLocal ? [] : ['-H', '"Authorization: $SAS"']),
    ...headers.flatMap((header) => ['-H', shell(header)]),
    ...(body === undefined ? [] : ['--data-raw', shell(body)]),
    shell(origin + path),
  ]
  return `${isLocal ? '' : TOKEN}curl -fsS ${parts.join(' ')}\n`
}

const JSON_TYPE = 'content-type: application/json'

/** A call of the control API, which the local hub has in addition to the service API. */
function localCall(subject: SampleSubject): Call | undefined {
  if (subject.type === 'query') return post('/hub/query', { query: subject.sql })
  const device = `/hub/devices/${pathOf(subject.target)}`
  switch (subject.type) {
    case 'telemetry':
      return undefined
    case 'report':
    case 'twin':
      return { method: 'GET', path: device }
    case 'desired':
      return patch(`${device}/twin`, subject.patch)
    case 'method':
      return post(`${device}/methods`, callOf(subject))
    case 'message': {
      const { body, properties } = subject
      return post(`${device}/messages`, { body, properties })
    }
  }
}

/** A call of IoT Hub's service API (docs/protocol/protocol.md §6.2). */
function hubCall(subject: SampleSubject): Call | undefined {
  if (subject.type === 'query') return post(`/devices/query?${API_VERSION}`, { query: subject.sql })
  const path = pathOf(subject.target)
  switch (subject.type) {
    case 'telemetry':
      return undefined
    case 'report':
    case 'twin':
      return { method: 'GET', path: `/twins/${path}?${API_VERSION}` }
    case 'desired':
      return patch(`/twins/${path}?${API_VERSION}`, subject.patch)
    case 'method':
      return post(`/twins/${path}/methods?${API_VERSION}`, callOf(subject))
    case 'message': {
      // The request of Azure IoT Explorer (docs/protocol/device.md §3.2).
      const { body, properties = {} } = subject
      const headers = Object.entries(properties).map(([name, value]) => `iothub-app-${name}: ${value ?? ''}`)
      return { method: 'POST', path: `/devices/${path}/messages/deviceBound?${API_VERSION}`, headers, body }
    }
  }
}

function callOf({
  name,
  payload = null,
  responseTimeoutInSeconds,
}: Extract<SampleSubject, { type: 'method' }>): object {
  return { methodName: name, payload, responseTimeoutInSeconds }
}

function post(path: string, body: object): Call {
  return { method: 'POST', path, headers: [JSON_TYPE], body: JSON.stringify(body) }
}

function patch(path: string, desired: object): Call {
  const body = JSON.stringify({ properties: { desired } })
  return { method: 'PATCH', path, headers: [JSON_TYPE, 'if-match: *'], body }
}

/** Quotes for POSIX shells. */
function shell(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
