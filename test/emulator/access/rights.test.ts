import { describe, expect } from 'vitest'
import type { PolicyName } from '../../../emulator/src/index.ts'
import { hubTest } from '../../support/hub-test.ts'
import { rest } from '../../support/rest.ts'
import { keyOf, token } from '../../support/sas-token.ts'

const test = hubTest()

type Right = 'ServiceConnect' | 'RegistryRead' | 'RegistryWrite'

const RIGHTS: Record<PolicyName, readonly Right[]> = {
  iothubowner: ['ServiceConnect', 'RegistryRead', 'RegistryWrite'],
  service: ['ServiceConnect'],
  device: [],
  registryRead: ['RegistryRead'],
  registryReadWrite: ['RegistryRead', 'RegistryWrite'],
}

// Each of the rights opens the route. Some bodies are invalid on purpose: the hub checks rights
// (401) before bodies (400), so 400 proves access.
const ROUTES: [method: string, path: string, needs: readonly Right[], body?: unknown][] = [
  ['GET', '/twins/device1', ['ServiceConnect']],
  ['PATCH', '/twins/device1', ['ServiceConnect'], {}],
  ['PUT', '/twins/device1', ['ServiceConnect'], {}],
  ['GET', '/twins/device1/modules/m', ['ServiceConnect']],
  ['PATCH', '/twins/device1/modules/m', ['ServiceConnect'], {}],
  ['PUT', '/twins/device1/modules/m', ['ServiceConnect'], {}],
  ['POST', '/twins/device1/methods', ['ServiceConnect'], {}],
  ['POST', '/twins/device1/modules/m/methods', ['ServiceConnect'], {}],
  ['GET', '/devices', ['RegistryRead']],
  ['POST', '/devices', ['RegistryWrite'], {}],
  ['POST', '/devices/query', ['ServiceConnect', 'RegistryRead'], {}],
  ['GET', '/devices/device1', ['RegistryRead']],
  ['PUT', '/devices/device1', ['RegistryWrite'], {}],
  ['DELETE', '/devices/nobody', ['RegistryWrite']],
  ['GET', '/devices/device1/modules', ['RegistryRead']],
  ['GET', '/devices/device1/modules/m', ['RegistryRead']],
  ['PUT', '/devices/nobody/modules/m', ['RegistryWrite'], {}],
  ['DELETE', '/devices/device1/modules/m', ['RegistryWrite']],
  ['DELETE', '/devices/device1/commands', ['ServiceConnect']],
  ['POST', '/devices/nobody/messages/devicebound', ['ServiceConnect'], ''],
  ['GET', '/statistics/devices', ['RegistryRead']],
  ['GET', '/statistics/service', ['ServiceConnect']],
  ['GET', '/jobs/v2/query', ['RegistryRead']],
  ['GET', '/jobs/v2/j', ['RegistryRead']],
  ['PUT', '/jobs/v2/j', ['RegistryWrite'], {}],
  ['POST', '/jobs/v2/j/cancel', ['RegistryWrite']],
]

describe('the policies', () => {
  test.for(Object.entries(RIGHTS) as [PolicyName, readonly Right[]][])(
    '%s opens the routes that its rights open, and no other',
    async ([policyName, has], { hub }) => {
      const key = keyOf(hub.connectionStrings.service({ policyName }))
      const authorization = token('localhost', key, { policyName })
      const answers = await Promise.all(
        ROUTES.map(async ([method, path, , body]) => {
          const {
            status,
            body: answer,
            headers,
          } = await rest(hub, method, path, {
            authorization,
            ...(body !== undefined && { body }),
          })
          return [
            method,
            path,
            status === 401 ? [status, answer['errorCode'], headers.get('iothub-errorcode')] : 'open',
          ]
        }),
      )
      expect(answers).toEqual(
        ROUTES.map(([method, path, needs]) => [
          method,
          path,
          needs.some((right) => has.includes(right)) ? 'open' : [401, 401002, 'IotHubUnauthorizedAccess'],
        ]),
      )
    },
  )

  test('reveal nothing to a client without the right', async ({ hub }) => {
    for (const [method, path] of ROUTES) {
      expect([path, (await rest(hub, method, path, { authorization: '' })).status]).toEqual([path, 401])
    }
  })

  test('explain a 401 to the back end, with the text of IoT Hub in front', async ({ hub }) => {
    const refused = async (authorization: string): Promise<unknown> =>
      (await rest(hub, 'GET', '/twins/device1', { authorization })).body['message']
    const key = keyOf(hub.connectionStrings.service())
    expect([
      await refused(''),
      await refused(token('localhost', key, { policyName: 'nope' })),
      await refused(token('localhost', key, { policyName: 'registryRead' })),
    ]).toEqual([
      'ErrorCode:IotHubUnauthorizedAccess;Unauthorized: the request has no token; expected a header Authorization',
      'ErrorCode:IotHubUnauthorizedAccess;Unauthorized: the hub has no policy nope; expected iothubowner, service, device, registryRead, registryReadWrite',
      'ErrorCode:IotHubUnauthorizedAccess;Unauthorized: the key of the token is not a key of the policy registryRead',
    ])
  })
})
