import type { Answer } from '../device.ts'
import { explain, type Place } from '../page/advice.ts'
import { duration } from '../../shared/time.ts'

/** What became of a report, and what to do where it failed. */
export function wordsForAnswer(answer: Answer, place: Place): string {
  if (answer.type === 'taken') return `Taken as v${answer.version} in ${duration(answer.tookInMs)}.`
  return explain(answer.error, place)
}
