import { createHubLink, type HubLink, type HubLinkOptions } from '../twin/hub-link.ts'
import { attachFeatures, type FeatureSet } from './attach-features.ts'
import { createHosting } from './hosting.ts'

/**
 * Creates the link of a tab that takes the lead, with features of its own. They exist before the
 * connection, so that they miss no message, and end with it.
 *
 * @param onLead called with the API of each feature, before the link connects
 */
export function createLeadingLink(
  use: FeatureSet,
  onLead: (apis: Readonly<Record<string, unknown>>) => void,
): (linkOptions: HubLinkOptions) => HubLink {
  return (linkOptions) => {
    const { credentials, options, clock } = linkOptions
    const { requestTimeoutInMs } = options
    const { identity } = credentials
    const hosting = createHosting({ identity, clock, requestTimeoutInMs, channel: () => link.channel })
    const attached = attachFeatures(use, hosting)
    const link = createHubLink({ ...linkOptions, features: attached.features })
    onLead(attached.apis)
    return link
  }
}
