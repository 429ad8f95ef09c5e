/**
 * Imports mqtt.js 5 explicitly, because the interop tests install the older version of
 * azure-iot-device-mqtt into `test/node_modules`.
 */
export { connect as connectMqtt } from '../../node_modules/mqtt/build/index.js'
export type { IClientOptions, IClientPublishOptions, MqttClient } from '../../node_modules/mqtt/build/index.js'
