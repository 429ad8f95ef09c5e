/**
 * A feature of IoT Hub that the local hub does not implement. The documentation lists the gaps, and
 * the hub answers requests for them with the reason.
 */
export interface Gap {
  /** The action of the client; a row in the documentation's table. */
  readonly operation: string
  readonly sdk: string
  /** Why it is missing, and the alternative. */
  readonly reason: string
  /** Requests for the feature: a method, or `*` for all, and a route. `/*` also matches nothing. */
  readonly requests?: readonly (readonly [method: string, route: string])[]
}

export type GapName =
  | 'amqpMessages'
  | 'feedback'
  | 'fileNotifications'
  | 'edgeDeployments'
  | 'importExport'
  | 'will'
  | 'fileUpload'
  | 'certificates'
  | 'httpsDevices'
  | 'amqpConnections'
  | 'provisioning'
  | 'edgeRoutes'

const AMQP = 'uses AMQP, which this hub does not support'
const DEVICE_BOUND = ':last{[dD]evice[bB]ound}'
const SERVICE_BOUND = ':last{[sS]ervice[bB]ound}'

export const GAPS: Readonly<Record<GapName, Gap>> = {
  amqpMessages: {
    operation: 'sends a cloud-to-device message',
    sdk: 'azure-iothub',
    reason: `${AMQP}; \`POST /devices/{id}/messages/devicebound\` and \`hub.sendToDevice()\` send it`,
  },
  feedback: {
    operation: 'receives the feedback of messages',
    sdk: 'azure-iothub',
    reason: `${AMQP}; \`GET /messages/serviceBound/feedback\` and the hub's events show the outcome of a message`,
  },
  fileNotifications: {
    operation: 'receives notifications of uploaded files',
    sdk: 'azure-iothub',
    reason: 'needs a storage account',
    requests: [['*', `/messages/${SERVICE_BOUND}/filenotifications/*`]],
  },
  edgeDeployments: {
    operation: 'deploys IoT Edge modules (modulesContent)',
    sdk: 'azure-iothub',
    reason: 'needs an edge runtime; configurations of devices and modules work',
  },
  importExport: {
    operation: 'imports and exports devices',
    sdk: 'azure-iothub',
    reason: 'needs a storage account; `POST /devices` accepts a hundred devices at once',
    requests: [
      ['*', '/jobs'],
      ['*', '/jobs/:jobId'],
    ],
  },
  will: {
    operation: 'leaves a will',
    sdk: 'azure-iot-device',
    reason: 'the SDK has no method for it; the hub publishes the wills of other clients',
  },
  fileUpload: {
    operation: 'uploads a file',
    sdk: 'azure-iot-device',
    reason: 'needs a storage account',
    requests: [['*', '/devices/:deviceId/files/*']],
  },
  certificates: {
    operation: 'connects with an X.509 certificate',
    sdk: 'azure-iot-device',
    reason: 'the hub supports keys only',
  },
  httpsDevices: {
    operation: 'connects over HTTPS',
    sdk: 'azure-iot-device',
    reason: 'devices use MQTT with this hub',
    requests: [
      ['*', '/devices/:deviceId/messages/events'],
      ['*', '/devices/:deviceId/modules/:moduleId/messages/events'],
      ['*', `/devices/:deviceId/messages/${DEVICE_BOUND}/*`],
    ],
  },
  amqpConnections: {
    operation: 'connects over AMQP',
    sdk: 'azure-iot-device, azure-iothub',
    reason: 'the hub supports MQTT and HTTP only',
  },
  provisioning: {
    operation: 'is provisioned (DPS)',
    sdk: 'azure-iot-provisioning-device',
    reason: 'is a separate service',
  },
  edgeRoutes: {
    operation: 'routes messages between modules, and calls methods of other modules',
    sdk: 'azure-iot-device',
    reason: 'needs an edge runtime; `hub.sendToInput()` delivers a message to an input',
  },
}

/** The message for a client that asks for a missing feature. */
export function gapMessage(name: GapName): string {
  const { operation, sdk, reason } = GAPS[name]
  return `This hub does not implement "${operation}" (${sdk}): ${reason}`
}
