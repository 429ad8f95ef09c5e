import { setMaxListeners } from 'node:events'
import { type ConfigurationRunner, createConfigurationRunner } from '../configurations/configuration-runner.ts'
import { type WritableEventLog, createEventLog } from '../events/event-log.ts'
import { type EventStream, createEventStream } from '../events/event-stream.ts'
import { type FaultSource, createFaults } from '../faults/faults.ts'
import { type JobRunner, createJobRunner } from '../jobs/job-runner.ts'
import { type CloudDeliveries, createCloudDeliveries } from '../messages/cloud-deliveries.ts'
import { createFeedback } from '../messages/feedback.ts'
import { type MethodCalls, createMethodCalls } from '../methods/method-calls.ts'
import { destroyConnection, qosFor } from '../mqtt/connection.ts'
import { type Connections, createConnections } from '../mqtt/connections.ts'
import { publishOnce } from '../mqtt/send-to-device.ts'
import { type Throttle, createThrottle, noThrottle } from '../throttling/throttle.ts'
import { concurrentJobs, maxConfigurations } from '../throttling/tier.ts'
import { type TwinRequests, createTwinRequests } from '../twin/twin-requests.ts'
import type { Context, Devices } from './context.ts'
import { type ClockSource, createHubClock } from './hub-clock.ts'
import type { HubOptions } from './hub-options.ts'
import type { Records } from './records.ts'
import type { Shutdown } from './shutdown.ts'

/** The parts of a hub between its stored records and its ports. */
export interface Services {
  readonly context: Context
  readonly clock: ClockSource
  readonly connections: Connections
  readonly faults: FaultSource
  readonly events: EventStream
  readonly log: WritableEventLog
  readonly twins: TwinRequests
  readonly methods: MethodCalls
  readonly deliveries: CloudDeliveries
  readonly runner: JobRunner
  readonly configurationRunner: ConfigurationRunner
}

export function createServices(options: HubOptions, records: Records, shutdown: Shutdown): Services {
  const { onError = () => undefined } = options
  const clock = createHubClock(options.clock ?? Date.now)
  const throttle = throttleOf(options, clock, shutdown)
  const connections = createConnections()
  const faults = createFaults(connections, clock.now)
  const events = createEventStream(clock.now, onError)
  shutdown.add(() => events.close())
  const log = createEventLog()
  events.listen((event) => log.add(event))

  const context: Context = {
    registry: records.registry,
    jobs: records.jobs,
    wakeJobs: () => runner.wake(),
    configurations: records.configurations,
    maxConfigurations: maxConfigurations(options.tier),
    configurationRuns: {
      start: () => configurationRunner.start(),
      resultsFor: (record) => configurationRunner.resultsFor(record),
    },
    messages: records.messages,
    events,
    clock: clock.now,
    until: clock.until,
    throttle,
    emptyPatchCounts: options.emptyPatchCounts ?? true,
    messageRules: {
      lostLocksCount: options.lostLocksCount ?? false,
      cleanSessionsGetQueue: options.cleanSessionsGetQueue ?? true,
    },
    feedback: createFeedback(clock.now),
    onError,
    onRefusedConnect: options.onRefusedConnect ?? (() => undefined),
    devices: devicesOf(connections, () => ({ twins, methods, deliveries })),
  }
  const twins = createTwinRequests(context, connections, faults)
  shutdown.add(() => twins.close())
  const methods = createMethodCalls(connections, events)
  shutdown.add(() => methods.close())
  const deliveries = createCloudDeliveries(context)
  const runner = createJobRunner(context, options.tier && concurrentJobs(options.tier))
  const configurationRunner = createConfigurationRunner(context, options.configurationIntervalInSeconds)
  return {
    context,
    clock,
    connections,
    faults,
    events,
    log,
    twins,
    methods,
    deliveries,
    runner,
    configurationRunner,
  }
}

/** @throws RangeError for an unknown tier or an invalid number of units */
function throttleOf({ tier, units = 1 }: HubOptions, clock: ClockSource, shutdown: Shutdown): Throttle {
  const ending = new AbortController()
  // Each throttled operation listens to the signal.
  setMaxListeners(0, ending.signal)
  shutdown.add(() => ending.abort())
  if (tier === undefined) return noThrottle
  return createThrottle({ tier, units }, clock.now, (time) => clock.until(time, ending.signal))
}

/** @param services created after the context, which needs the devices */
function devicesOf(
  connections: Connections,
  services: () => Pick<Services, 'twins' | 'methods' | 'deliveries'>,
): Devices {
  return {
    isConnected: (identity) => connections.find(identity) !== undefined,
    get connectedCount() {
      return connections.count
    },
    notify: (identity, desiredPatch) => services().twins.notify(identity, desiredPatch),
    invoke: (identity, call) => services().methods.invoke(identity, call),
    deliver(identity) {
      const connection = connections.find(identity)
      if (connection !== undefined) services().deliveries.deliver(connection)
    },
    sendToInput(module, message, acknowledged) {
      const connection = connections.find(module)
      const qos = connection && qosFor(connection, 'inputs')
      if (connection === undefined || qos === undefined) return false
      publishOnce(connection, qos, message, acknowledged)
      return true
    },
    disconnect(identity) {
      const connection = connections.find(identity)
      if (connection !== undefined) destroyConnection(connection)
    },
  }
}
