import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from 'hubtwin-emulator'
import { TwinError } from '../../../core/src/errors.ts'
import type { Plan } from '../plan.ts'
import type { Asked, Play } from '../play.ts'
import { sectionsAt } from '../sections.ts'

/**
 * The hub has each report that resolved, in order. Each report that rejected has a reason. No
 * report is pending.
 */
export function faultsOfReports(play: Play, plan: Plan): string[] {
  const { reported } = sectionsAt(play)
  const faults: string[] = []
  let newest = 0
  play.reports.forEach(({ shape, outcome }, index) => {
    const n = index + 1
    if (outcome.type === 'pending') faults.push(`report ${n} is pending`)
    if (outcome.type === 'resolved') {
      const { value, counterAtHub } = outcome
      if (reported[`r${n}`] !== n) faults.push(`report ${n} resolved, and the hub has ${show(reported[`r${n}`])}`)
      if (counterAtHub < n) faults.push(`report ${n} resolved while the hub's counter was at ${counterAtHub}`)
      if (typeof value !== 'number' || value < newest)
        faults.push(`report ${n} is version ${show(value)}, after ${newest}`)
      newest = Number(value)
    }
    if (outcome.type === 'rejected' && !isReason(outcome.error, shape, plan)) {
      faults.push(`report ${n} rejected with ${String(outcome.error)}`)
    }
  })
  // The last report is made under good conditions, so it must succeed.
  const last = play.reports.length
  if (reported['counter'] !== last) {
    faults.push(`the last report is ${last}, and the hub's counter is at ${show(reported['counter'])}`)
  }
  return [...faults, ...faultsOfBox(play.reports, reported)]
}

/**
 * A box is emptied and then filled, in two patches that must not be folded. It may hold only the
 * values of the second.
 */
function faultsOfBox(reports: readonly Asked[], { box }: JsonObject): string[] {
  const touching = reports.filter(({ shape }) => shape === 'empty' || shape === 'replace')
  // A rejected patch leaves its box unchanged.
  if (touching.length === 0 || touching.some(({ outcome }) => outcome.type !== 'resolved')) return []
  const n = reports.map(({ shape }) => shape).lastIndexOf('replace') + 1
  return isDeepStrictEqual(box, { [`b${n}`]: n })
    ? []
    : [`the box was filled last by report ${n}, and holds ${show(box)}`]
}

function isReason(error: unknown, shape: Asked['shape'], plan: Plan): boolean {
  if (shape === 'abort' && error instanceof Error && error.message === 'no longer wanted') return true
  const isRefusing = plan.steps.some((step) => step.type === 'answer' && step.status === 400)
  return isRefusing && error instanceof TwinError && error.code === 'ERR_BAD_REQUEST'
}

function show(value: unknown): string {
  return JSON.stringify(value)
}
