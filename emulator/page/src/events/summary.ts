import type { StreamEvent } from '../hub/stream-event.ts'

/** An event in a line. */
export interface Summary {
  /** `↑` from the device, `↓` to the device, `·` at the hub. */
  readonly direction: '↑' | '↓' | '·'
  readonly name: string
  readonly text: string
  readonly tone?: 'warning'
}

export function summaryOf(event: StreamEvent): Summary {
  switch (event.type) {
    case 'connected':
      return { direction: '·', name: 'connected', text: event.secure ? 'with TLS' : 'without TLS' }
    case 'disconnected':
      return { direction: '·', name: 'disconnected', text: '' }
    case 'telemetry':
      return { direction: '↑', name: 'telemetry', text: event.body ?? `${bytesIn(event.bodyBase64 ?? '')} bytes` }
    case 'twin-changed': {
      const change = JSON.stringify(event.by === 'device' ? event.change['reported'] : event.change)
      const version = event.by === 'device' ? event.reportedVersion : event.desiredVersion
      return {
        direction: event.by === 'device' ? '↑' : '↓',
        name: event.by === 'device' ? 'reported' : 'desired',
        text: `v${version} ${change}`,
      }
    }
    case 'method-sent':
      return { direction: '↓', name: 'method', text: event.methodName }
    case 'method-answered':
      return { direction: '↑', name: 'method', text: `${event.methodName} → ${event.status}` }
    case 'method-failed':
      return { direction: '·', name: 'method', text: `${event.methodName}: ${FAILURES[event.reason]}`, tone: 'warning' }
    case 'cloud-message':
      return { direction: '↓', name: 'message', text: `number ${event.sequenceNumber} ${event.state}` }
    case 'input-message':
      return { direction: '↓', name: 'input', text: `${event.inputName} ${event.state}` }
    case 'identity-created':
      return { direction: '·', name: 'created', text: event.status }
    case 'identity-changed':
      return { direction: '·', name: 'changed', text: event.status }
    case 'identity-deleted':
      return { direction: '·', name: 'deleted', text: '' }
    case 'configuration-changed':
      return { direction: '·', name: 'configuration', text: `${event.configurationId} ${event.state}` }
    case 'missed':
      return { direction: '·', name: 'missed', text: missedText(event.count), tone: 'warning' }
  }
}

const FAILURES = {
  offline: 'the device is not connected',
  silent: 'the device did not answer',
  closed: 'the hub closed',
} as const

function missedText(count: number | null): string {
  if (count === null) return 'the hub restarted or loaded a snapshot'
  return count === 1 ? 'this page was too slow for an event' : `this page was too slow for ${count} events`
}

function bytesIn(base64: string): number {
  return (base64.length * 3) / 4 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
}
