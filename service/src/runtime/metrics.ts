import { collectDefaultMetrics, Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client'
import type { Audit } from '../tokens/http/audit.ts'
import type { OnCommand } from './redis/guarded.ts'

/** Measurements of a token service, as OpenMetrics. */
export interface Metrics {
  readonly onCommand: OnCommand
  readonly onResponse: (path: string, status: number, seconds: number) => void
  readonly onEvent: Audit
  /** Sources of the gauges. They are read when a monitor asks for the metrics. */
  watch(sources: { readonly isReady: () => Promise<boolean>; readonly openSockets: () => number }): void
  readonly contentType: string
  text(): Promise<string>
}

/** Any other path is `other`: clients choose paths, and each label value costs memory. */
const ROUTES: ReadonlyMap<string, string> = new Map([
  ['/api/enroll', 'enroll'],
  ['/api/enrol', 'enroll'],
  ['/api/renew', 'renew'],
  ['/api/token', 'token'],
  ['/.well-known/jwks.json', 'jwks'],
])
const BUCKETS_IN_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics(): Metrics {
  const registry = new Registry<OpenMetricsContentType>()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE)
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'hubtwin_request_duration_seconds',
    help: 'Time from a request to its response, by route and status',
    labelNames: ['route', 'status'],
    buckets: BUCKETS_IN_SECONDS,
    registers,
  })
  const commands = new Histogram({
    name: 'hubtwin_store_command_duration_seconds',
    help: 'Time of a command of the store, by outcome',
    labelNames: ['outcome'],
    buckets: BUCKETS_IN_SECONDS,
    registers,
  })
  const events = new Counter({
    name: 'hubtwin_events_total',
    help: 'Entries of the audit log, by event and outcome',
    labelNames: ['event', 'outcome'],
    registers,
  })

  return {
    onCommand: (seconds, isOk) => commands.observe({ outcome: isOk ? 'ok' : 'failed' }, seconds),
    onResponse: (path, status, seconds) =>
      requests.observe({ route: ROUTES.get(path) ?? 'other', status: String(status) }, seconds),
    onEvent: ({ event, outcome }) => events.inc({ event, outcome }),
    watch({ isReady, openSockets }) {
      const ready: Gauge = new Gauge({
        name: 'hubtwin_ready',
        help: '1 while the service can reach its store and is not stopping',
        registers,
        collect: async () => ready.set((await isReady()) ? 1 : 0),
      })
      const sockets: Gauge = new Gauge({
        name: 'hubtwin_open_sockets',
        help: 'Open sockets of clients',
        registers,
        collect: () => sockets.set(openSockets()),
      })
    },
    contentType: registry.contentType,
    text: () => registry.metrics(),
  }
}
