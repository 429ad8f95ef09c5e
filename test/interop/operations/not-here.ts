import { gaps, type Gap, type GapName } from '../../../emulator/src/gaps/gaps.ts'
import type { OfficialService } from '../official-service.ts'

/** What the SDKs can do with a real hub and not with this one. */
export interface NotHere extends Gap {
  /** Tries it, where it goes over HTTP; the hub then names the gap. */
  readonly attempt?: (service: OfficialService) => Promise<unknown>
}

const attempts: Partial<Record<GapName, NotHere['attempt']>> = {
  configurations: ({ registry }) => registry.getConfigurations(),
  importExport: ({ registry }) => registry.listJobs(),
}

export const notHere: readonly NotHere[] = (Object.keys(gaps) as GapName[]).map((name) => {
  const attempt = attempts[name]
  return { ...gaps[name], ...(attempt && { attempt }) }
})
