import { createHash } from 'node:crypto'
import type { ConfigurationDocument, NewConfiguration } from '../hub/configurations.ts'
import { isJsonObject } from '../hub/json.ts'

/** A rollout of firmware as an automatic configuration of the hub. */
export interface FirmwareRollout {
  readonly id: string
  readonly version: string
  /** The ID that devices report back; see docs/guides/rollout.md. */
  readonly rollout: string
  /** The condition of the user; undefined for every device. */
  readonly where: string | undefined
  readonly isPaused: boolean
  readonly priority: number
  /** ISO 8601. */
  readonly createdAt: string
  readonly configuration: ConfigurationDocument
}

const PATH = 'properties.desired.firmware'

/** Marks the configurations that belong to rollouts. */
const LABEL = 'rollout'

/**
 * The ID of a rollout. The same version for the same devices has the same ID, so that the same
 * command finds its rollout again. An ID cannot have every character of a version.
 */
export function idOf(version: string, where: string | undefined): string {
  const slug = version
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
  const hash = createHash('sha256')
    .update(`${version}\n${where ?? '*'}`)
    .digest('hex')
  return `firmware-${slug}-${hash.slice(0, 8)}`
}

/** @param priority higher than that of every earlier rollout, because the newest must win */
export function newRollout(
  version: string,
  where: string | undefined,
  rollout: string,
  priority: number,
): NewConfiguration {
  const id = idOf(version, where)
  return {
    id,
    labels: { [LABEL]: 'firmware' },
    content: { deviceContent: { [PATH]: { version, rollout } } },
    targetCondition: where ?? '*',
    priority,
    metrics: { queries: metricsOf(id, rollout) },
  }
}

/** The states that devices report, each with a metric. A hub allows five metrics. */
export const METRICS = ['downloading', 'applying', 'done', 'failed'] as const
export type Metric = (typeof METRICS)[number]

function metricsOf(id: string, rollout: string): Record<Metric, string> {
  const where = `configurations.[[${id}]].status = 'Applied' AND properties.reported.firmware.rollout = '${rollout}'`
  const query = (status: Metric): string =>
    `SELECT deviceId FROM devices WHERE ${where} AND properties.reported.firmware.status = '${status}'`
  return {
    downloading: query('downloading'),
    applying: query('applying'),
    done: query('done'),
    failed: query('failed'),
  }
}

/** Reads a rollout. @returns undefined for a configuration that is no rollout of firmware */
export function readRollout(configuration: ConfigurationDocument): FirmwareRollout | undefined {
  const { id, labels, content, targetCondition, priority, createdTimeUtc } = configuration
  const firmware = content.deviceContent?.[PATH]
  if (labels[LABEL] !== 'firmware' || !isJsonObject(firmware)) return undefined
  const { version, rollout } = firmware
  if (typeof version !== 'string' || typeof rollout !== 'string') return undefined
  const suffix = pausedCondition(rollout)
  const isPaused = targetCondition.endsWith(suffix)
  const condition = isPaused ? unwrap(targetCondition.slice(0, -suffix.length)) : targetCondition
  const where = condition === '*' ? undefined : condition
  return { id, version, rollout, where, isPaused, priority, createdAt: createdTimeUtc, configuration }
}

/** The rollouts of firmware, the newest first. The newest wins. */
export function rolloutsIn(configurations: readonly ConfigurationDocument[]): readonly FirmwareRollout[] {
  return configurations
    .flatMap((each) => readRollout(each) ?? [])
    .sort((one, other) => other.priority - one.priority || (one.createdAt < other.createdAt ? 1 : -1))
}

/**
 * The rollout, but only for the devices that have reacted to it. They finish. The hub withdraws the
 * version from the others, and devices that join later do not get it.
 */
export function paused({ configuration, rollout, where }: FirmwareRollout): ConfigurationDocument {
  const others = where === undefined ? '' : `(${where}) AND `
  return { ...configuration, targetCondition: others + pausedCondition(rollout) }
}

export function resumed({ configuration, where }: FirmwareRollout): ConfigurationDocument {
  return { ...configuration, targetCondition: where ?? '*' }
}

function pausedCondition(rollout: string): string {
  return `properties.reported.firmware.rollout = '${rollout}'`
}

function unwrap(text: string): string {
  if (text === '') return '*'
  return text.replace(/^\(/, '').replace(/\) AND $/, '')
}
