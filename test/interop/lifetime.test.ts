import { openTwin, parseConnectionString, tokenCredentials, type DesiredChange } from 'hubtwin'
import { startHub, type Hub } from 'hubtwin-emulator'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createRecording, until } from '../contract/suite/waits.ts'
import { officialClient, officialReport } from './official-device.ts'
import { sasToken } from './sas-token.ts'

// The behavior of both clients when a connection ends, because of its token or the network.

let hub: Hub

beforeAll(async () => {
  hub = await startHub({ expiryGraceInSeconds: 0, devices: ['official', 'ours'] })
  // Loads the SDK. On a busy machine this takes longer than the life of a token here.
  await officialClient({
    connectionString: hub.connectionStrings.device('official'),
    certificateAuthority: hub.certificateAuthority,
  })
})
afterAll(() => hub.close())

function isConnected(id: string): boolean {
  return hub.connections().some(({ deviceId }) => deviceId === id)
}

test('azure-iot-device stays away once its token has expired; hubtwin asks for the next', async () => {
  const { certificateAuthority, connectionStrings } = hub
  const lifetimeInSeconds = 3
  const withKey = connectionStrings.device('official')
  const { password } = sasToken(withKey, lifetimeInSeconds)
  const connectionString = withKey.replace(/SharedAccessKey=.*/, `SharedAccessSignature=${password}`)
  const client = await officialClient({ connectionString, certificateAuthority })
  onTestFinished(async () => void (await client.close().catch(() => {})))
  await client.open()
  const theirs = await client.getTwin()
  theirs.on('properties.desired', () => {})

  const ourKey = connectionStrings.device('ours', { plain: true })
  let tokens = 0
  const { identity, endpoint } = parseConnectionString(ourKey)
  const credentials = tokenCredentials(identity, async () => {
    tokens++
    return sasToken(ourKey, lifetimeInSeconds)
  })
  const ours = openTwin(credentials, { endpoint, retryDelayInMs: 20, maxRetryDelayInMs: 200 })
  onTestFinished(() => ours.close())
  const changes = createRecording<DesiredChange>()
  ours.onDesired(changes.add)
  await ours.ready()

  await until('the hub ends the connection whose token has expired', async () => !isConnected('official'))
  await until('hubtwin has asked for another token', async () => tokens > 1)
  for (const id of ['official', 'ours']) await hub.updateTwin(id, { properties: { desired: { level: 1 } } })
  await changes.find('the update', ({ desired }) => desired['level'] === 1)
  expect(isConnected('official')).toBe(false)
  expect(theirs.properties.desired).not.toHaveProperty('level')
})

test('azure-iot-device reports no lost connection; hubtwin reports every status', async () => {
  const { certificateAuthority, connectionStrings } = hub
  const client = await officialClient({ connectionString: connectionStrings.device('official'), certificateAuthority })
  onTestFinished(async () => void (await client.close().catch(() => {})))
  await client.open()
  const ended: string[] = []
  client.on('disconnect', () => ended.push('disconnect'))
  const theirs = await client.getTwin()

  const ours = openTwin(connectionStrings.device('ours', { plain: true }), { retryDelayInMs: 20 })
  onTestFinished(() => ours.close())
  const statuses = createRecording<string>()
  ours.onStatus(({ type }) => statuses.add(type))
  await ours.ready()

  hub.faults.inject({ fault: 'kick' })
  await until('the official client has lost its connection', async () => !isConnected('official'))
  // The client reconnects only for an operation, and reports nothing in between. An operation that
  // starts before the client notices the loss never ends, so the test tries several.
  await until('the official client is connected again', async () => {
    officialReport(theirs, { back: true }).catch(() => {})
    return isConnected('official')
  })
  await ours.report({ back: true })
  expect(ended).toEqual([])
  expect(statuses.items).toEqual(['connecting', 'ready', 'waiting', 'connecting', 'ready'])
})
