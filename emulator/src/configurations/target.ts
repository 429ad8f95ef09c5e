import { Refusal } from '../errors/refusal.ts'
import { parseCondition, parseQuery } from '../query/parse-query.ts'
import type { Expression } from '../query/query.ts'
import type { ContentKind } from './content.ts'

/** The twins that a configuration targets. */
export type Target = { readonly type: 'none' } | { readonly type: 'matching'; readonly where: Expression | undefined }

/** A configuration has at most five custom metrics (IoT Hub: automatic device management). */
const MAX_METRICS = 5

/**
 * Parses a target condition. An empty condition targets no twin. `*` targets every device. A
 * condition for modules starts with `FROM devices.modules WHERE` (IoT Hub: automatic device
 * management, target devices or modules).
 *
 * @throws Refusal InvalidConfigurationTargetCondition, with the location of the problem
 */
export function parseTarget(text: string, kind: ContentKind): Target {
  const condition = conditionOf(text, kind)
  if (condition === '') return { type: 'none' }
  return { type: 'matching', where: as('InvalidConfigurationTargetCondition', () => parseCondition(condition)) }
}

/** The condition after FROM and WHERE. */
export function conditionOf(text: string, kind: ContentKind): string {
  const [, modules, rest = ''] = /^\s*from\s+devices(\s*\.\s*modules)?\s+where\s+(.*)$/is.exec(text) ?? []
  if (text.trim() === '') return ''
  if (kind === 'moduleContent') {
    if (modules !== undefined && rest.trim() !== '*') return rest
    throw targetRefused('a target condition for modules must start with "FROM devices.modules WHERE", without *')
  }
  if (modules !== undefined) throw targetRefused('a configuration with deviceContent cannot target modules')
  return rest === '' ? text : rest
}

/** @throws Refusal InvalidConfigurationCustomMetricsQuery, with the name of the metric */
export function checkMetrics(metrics: Readonly<Record<string, string>>): void {
  const entries = Object.entries(metrics)
  if (entries.length > MAX_METRICS) {
    throw metricsRefused(`a configuration has at most ${MAX_METRICS} metrics, not ${entries.length}`)
  }
  for (const [name, query] of entries) checkMetric(name, query)
}

export function checkMetric(name: string, query: string): void {
  const { from } = as('InvalidConfigurationCustomMetricsQuery', () => parseQuery(query), `The metric ${name}: `)
  if (from === 'devices.jobs') throw metricsRefused(`The metric ${name}: must query devices or devices.modules`)
}

function as<Value>(
  code: 'InvalidConfigurationTargetCondition' | 'InvalidConfigurationCustomMetricsQuery',
  parse: () => Value,
  prefix: string = '',
): Value {
  try {
    return parse()
  } catch (error) {
    throw error instanceof Refusal ? new Refusal(code, `${prefix}${error.message}`) : error
  }
}

function targetRefused(message: string): Refusal {
  return new Refusal('InvalidConfigurationTargetCondition', message)
}

function metricsRefused(message: string): Refusal {
  return new Refusal('InvalidConfigurationCustomMetricsQuery', message)
}
