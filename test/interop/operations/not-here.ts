import { GAPS, type Gap, type GapName } from '../../../emulator/src/gaps/gaps.ts'
import type { OfficialService } from '../official-service.ts'

/** Features that the SDKs have with a real hub, but not with the local hub. */
export interface NotHere extends Gap {
  /** Tries the feature over HTTP. The hub then names the gap. */
  readonly attempt?: (service: OfficialService) => Promise<unknown>
}

const attempts: Partial<Record<GapName, NotHere['attempt']>> = {
  edgeDeployments: ({ registry }) =>
    registry.addConfiguration({
      id: 'edge',
      schemaVersion: '1.0',
      content: { modulesContent: { $edgeAgent: { 'properties.desired': {} } } },
    }),
  importExport: ({ registry }) => registry.listJobs(),
}

export const notHere: readonly NotHere[] = (Object.keys(GAPS) as GapName[]).map((name) => {
  const attempt = attempts[name]
  return { ...GAPS[name], ...(attempt && { attempt }) }
})
