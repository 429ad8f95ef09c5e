import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { gapRoutes } from '../../../../emulator/src/gaps/gap-routes.ts'
import { type GapName, gapMessage, GAPS } from '../../../../emulator/src/gaps/gaps.ts'

const page = readFileSync(new URL('../../../../docs/emulator/azure-sdks.md', import.meta.url), 'utf8')
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))

describe('a missing feature', () => {
  test.each(Object.values(GAPS))('is in docs/emulator/azure-sdks.md: $operation', ({ operation, sdk, reason }) => {
    expect(rows).toContainEqual(['', operation, sdk, reason, ''])
  })

  test('has a message with its SDK and the reason', () => {
    expect(gapMessage('fileUpload')).toBe(
      'This hub does not implement "uploads a file" (azure-iot-device): needs a storage account',
    )
  })

  const app = gapRoutes().onError((error, context) => context.text(error.message, 501))
  const answer = async (method: string, path: string): Promise<string> => (await app.request(path, { method })).text()

  test.each<[string, string, GapName]>([
    ['GET', '/messages/serviceBound/filenotifications', 'fileNotifications'],
    ['GET', '/messages/servicebound/filenotifications', 'fileNotifications'],
    ['DELETE', '/messages/ServiceBound/filenotifications/token', 'fileNotifications'],
    ['GET', '/jobs', 'importExport'],
    ['POST', '/jobs/create', 'importExport'],
    ['POST', '/devices/d/files', 'fileUpload'],
    ['POST', '/devices/d/files/notifications', 'fileUpload'],
    ['POST', '/devices/d/messages/events', 'httpsDevices'],
    ['POST', '/devices/d/modules/m/messages/events', 'httpsDevices'],
    ['GET', '/devices/d/messages/deviceBound', 'httpsDevices'],
    ['GET', '/devices/d/messages/DeviceBound', 'httpsDevices'],
    ['GET', '/devices/d/messages/devicebound', 'httpsDevices'],
    ['DELETE', '/devices/d/messages/deviceBound/token', 'httpsDevices'],
  ])('answers %s %s with the message of %s', async (method, path, name) => {
    expect(await answer(method, path)).toBe(gapMessage(name))
  })

  test.each([
    ['GET', '/devices/d'],
    ['GET', '/messages/serviceBound/feedback'],
    ['PUT', '/jobs/v2/j'],
  ])('is not behind %s %s', async (method, path) => {
    expect(await answer(method, path)).toBe('404 Not Found')
  })
})
