import { expect } from 'vitest'
import type { AuditEvent } from '../../../service/src/tokens/index.ts'

/** All output of a token service, and the secrets that must not appear in it. */
export interface Output {
  readonly audit: AuditEvent[]
  readonly faults: unknown[]
  /** Registers a text that must not appear in any refusal or log. */
  secret(text: string): string
  /** Adds the headers and the body of a refusal. */
  addRefusal(response: Response, body: string): void
  /** Searches all output for every secret, and for internal errors. */
  check(): void
}

export function createOutput(): Output {
  const audit: AuditEvent[] = []
  const faults: unknown[] = []
  const refusals: string[] = []
  const secrets = new Set<string>()
  return {
    audit,
    faults,
    secret(text) {
      secrets.add(text)
      return text
    },
    addRefusal(response, body) {
      refusals.push(JSON.stringify([...response.headers]), body)
    },
    check() {
      const everything = [...refusals, ...audit.map((event) => JSON.stringify(event))].join('\n')
      const leaked = [...secrets].filter((secret) => secret !== '' && everything.includes(secret))
      expect({ leaked, faults: faults.map(String) }).toEqual({ leaked: [], faults: [] })
    },
  }
}
