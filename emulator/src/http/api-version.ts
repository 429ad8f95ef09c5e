import type { MiddlewareHandler } from 'hono'
import { Refusal } from '../errors/refusal.ts'

/**
 * The versions of the REST API that Microsoft's clients send or its documents show. azure-iothub, the Java, Python and .NET service SDKs and the
 * Azure CLI send 2021-04-12, Azure IoT Explorer and the C SDK 2020-09-30; the others belong to their older releases.
 */
const knownVersions: ReadonlySet<string> = new Set([
  '2015-08-15-preview',
  '2016-02-03',
  '2016-11-14',
  '2017-06-30',
  '2017-08-21-preview',
  '2017-11-08-preview',
  '2018-01-16',
  '2018-04-01',
  '2018-06-30',
  '2018-08-30-preview',
  '2019-03-30',
  '2019-07-01-preview',
  '2019-10-01',
  '2020-03-01',
  '2020-03-13',
  '2020-05-31-preview',
  '2020-09-30',
  '2021-04-12',
])

/** Lets a request pass that names a known version of the API: IoT Hub answers every other with 400 (azure-iot-sdk-node#617). */
export const requireApiVersion: MiddlewareHandler = async ({ req }, next) => {
  const version = req.query('api-version')
  if (version === undefined) {
    throw new Refusal('InvalidProtocolVersion', 'The address lacks ?api-version=2021-04-12, or another known version')
  }
  if (!knownVersions.has(version)) {
    throw new Refusal(
      'InvalidProtocolVersion',
      `The api-version ${JSON.stringify(version.slice(0, 40))} is unknown; 2021-04-12 is the newest`,
    )
  }
  await next()
}
