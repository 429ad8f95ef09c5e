import type { WireEntry } from '../wire/wire-entry.ts'
import { makeCopyAs } from './copy-as.ts'
import { hubOf, type SampleDevice, subjectOf } from './sample-subject.ts'

/** The buttons of a row of the timeline; `undefined` for a row that no program repeats. */
export function makeRowCopy(entry: WireEntry, device: SampleDevice): HTMLElement | undefined {
  const subject = subjectOf(entry, device)
  return (
    subject &&
    makeCopyAs(
      subject.type,
      () => subject,
      () => hubOf(device),
    )
  )
}
