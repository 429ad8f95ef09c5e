import type { OfficialService } from '../official-service.ts'

/** What the SDKs can do with a real hub and not with this one. */
export interface NotHere {
  readonly operation: string
  readonly sdk: string
  readonly reason: string
  /** Tries it, where it goes over HTTP; the hub has to say so. */
  readonly attempt?: (service: OfficialService) => Promise<unknown>
}

const amqp = 'goes over AMQP, which this hub does not speak'

export const notHere: readonly NotHere[] = [
  {
    operation: 'sends a cloud-to-device message',
    sdk: 'azure-iothub',
    reason: `${amqp}; \`hub.sendToDevice()\` and an HTTP call of this hub's own do it`,
  },
  { operation: 'hears the feedback of messages', sdk: 'azure-iothub', reason: amqp },
  { operation: 'hears of files that were uploaded', sdk: 'azure-iothub', reason: amqp },
  {
    operation: 'adds, gets and applies configurations',
    sdk: 'azure-iothub',
    reason: 'automatic device management is left out',
    attempt: ({ registry }) => registry.getConfigurations(),
  },
  {
    operation: 'imports and exports devices',
    sdk: 'azure-iothub',
    reason: 'needs a storage account; `POST /devices` takes a hundred at once',
    attempt: ({ registry }) => registry.listJobs(),
  },
  {
    operation: 'leaves a will',
    sdk: 'azure-iot-device',
    reason: 'the SDK has no call for it; the hub tells the wills of other clients',
  },
  { operation: 'uploads a file', sdk: 'azure-iot-device', reason: 'needs a storage account' },
  { operation: 'connects with an X.509 certificate', sdk: 'azure-iot-device', reason: 'the hub knows keys only' },
  { operation: 'connects over AMQP or HTTPS', sdk: 'azure-iot-device', reason: 'the hub speaks MQTT only' },
  { operation: 'is provisioned (DPS)', sdk: 'azure-iot-provisioning-device', reason: 'a service of its own' },
  {
    operation: 'gets messages at its inputs, and calls methods, as a module',
    sdk: 'azure-iot-device',
    reason: 'an edge routes them, and there is none',
  },
]
