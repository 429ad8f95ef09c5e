import type { Told } from '../hub/told-event.ts'

/** What an event says in one line. */
export interface Summary {
  /** The way it went: `↑` from the device, `↓` to it, `·` at the hub. */
  readonly way: '↑' | '↓' | '·'
  readonly name: string
  readonly text: string
  readonly tone?: 'warning'
}

export function summaryOf(told: Told): Summary {
  switch (told.type) {
    case 'connected':
      return { way: '·', name: 'connected', text: told.secure ? 'with TLS' : 'without TLS' }
    case 'disconnected':
      return { way: '·', name: 'disconnected', text: '' }
    case 'telemetry':
      return { way: '↑', name: 'telemetry', text: told.body ?? `${bytesIn(told.bodyBase64 ?? '')} bytes` }
    case 'twin-changed': {
      const change = JSON.stringify(told.by === 'device' ? told.change['reported'] : told.change)
      const version = told.by === 'device' ? told.reportedVersion : told.desiredVersion
      return {
        way: told.by === 'device' ? '↑' : '↓',
        name: told.by === 'device' ? 'reported' : 'desired',
        text: `v${version} ${change}`,
      }
    }
    case 'method-sent':
      return { way: '↓', name: 'method', text: told.methodName }
    case 'method-answered':
      return { way: '↑', name: 'method', text: `${told.methodName} → ${told.status}` }
    case 'method-failed':
      return { way: '·', name: 'method', text: `${told.methodName}: ${failures[told.reason]}`, tone: 'warning' }
    case 'cloud-message':
      return { way: '↓', name: 'message', text: `number ${told.sequenceNumber} ${told.state}` }
    case 'identity-created':
      return { way: '·', name: 'created', text: told.status }
    case 'identity-changed':
      return { way: '·', name: 'changed', text: told.status }
    case 'identity-deleted':
      return { way: '·', name: 'deleted', text: '' }
    case 'missed':
      return { way: '·', name: 'missed', text: missedText(told.count), tone: 'warning' }
  }
}

const failures = {
  offline: 'the device is not there',
  silent: 'the device did not answer',
  closed: 'the hub was closed',
} as const

function missedText(count: number | null): string {
  if (count === null) return 'the hub has started again, or has got another state'
  return count === 1 ? 'an event came too fast for this page' : `${count} events came too fast for this page`
}

function bytesIn(base64: string): number {
  return (base64.length * 3) / 4 - (base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0)
}
