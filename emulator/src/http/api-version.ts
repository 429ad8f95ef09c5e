import type { MiddlewareHandler } from 'hono'
import { Refusal } from '../errors/refusal.ts'

const NEWEST = '2021-04-12'

/**
 * The API versions that a release of Microsoft's clients sends to the service API, read from the
 * release tags of their repositories:
 *
 * - azure-iot-sdk-node, common/core/src/endpoint.ts (azure-iothub): 2015-08-15-preview to
 *   2021-04-12
 * - azure-iot-sdk-csharp, iothub/service/src/ClientApiVersionHelper.cs: adds 2017-07-11,
 *   2017-10-15, and 2018-08-30-preview
 * - azure-iot-sdk-java, TransportUtils.java of the service client: adds none
 * - azure-iot-sdk-c, iothub_service_client/src: adds 2018-03-01-preview
 * - azure-iot-explorer, src/app/constants/apiConstants.ts: adds 2020-06-30-preview
 * - azure-iot-hub-python and azure-iot-cli-extension (azext_iot/sdk/iothub): add none
 *
 * The present releases of azure-iothub, azure-iot-hub (Python), the .NET and Java service SDKs, and
 * the CLI send 2021-04-12. Azure IoT Explorer and the C SDK send 2020-09-30.
 */
const KNOWN_VERSIONS: ReadonlySet<string> = new Set([
  '2015-08-15-preview',
  '2016-02-03',
  '2016-04-30',
  '2016-11-14',
  '2017-06-30',
  '2017-07-11',
  '2017-10-15',
  '2017-11-08-preview',
  '2018-01-16',
  '2018-03-01-preview',
  '2018-06-30',
  '2018-08-30-preview',
  '2019-03-30',
  '2019-07-01-preview',
  '2019-10-01',
  '2020-03-13',
  '2020-05-31-preview',
  '2020-06-30-preview',
  '2020-09-30',
  NEWEST,
])

/**
 * Requires a known API version. IoT Hub answers any other request with 400
 * (azure-iot-sdk-node#617).
 */
export const requireApiVersion: MiddlewareHandler = async ({ req }, next) => {
  const version = req.query('api-version')
  if (version === undefined) {
    throw new Refusal('InvalidProtocolVersion', `The address lacks ?api-version=${NEWEST}, or another known version`)
  }
  if (!KNOWN_VERSIONS.has(version)) {
    throw new Refusal(
      'InvalidProtocolVersion',
      `The api-version ${JSON.stringify(version.slice(0, 40))} is unknown; the newest is ${NEWEST}`,
    )
  }
  await next()
}
