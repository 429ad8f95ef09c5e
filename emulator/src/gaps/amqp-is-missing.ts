/**
 * The answer to a client that wants AMQP. Devices choose MQTT in its place; a back end sends cloud-to-device messages over HTTP
 * (docs/emulator/messages.md).
 */
export const amqpIsMissing =
  'This hub has no AMQP. Connect devices with MQTT, and send cloud-to-device messages with POST /devices/{id}/messages/devicebound'
