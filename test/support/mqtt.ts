/**
 * mqtt.js 5, whatever version of it lies nearer: the interop tests bring the older one of
 * azure-iot-device-mqtt into `test/node_modules`.
 */
export { connect as connectMqtt } from '../../node_modules/mqtt/build/index.js'
export type { IClientOptions, IClientPublishOptions, MqttClient } from '../../node_modules/mqtt/build/index.js'
