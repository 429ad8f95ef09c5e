import { openTwin } from 'hubtwin'
import { startHub } from 'hubtwin-emulator'
import { expect, onTestFinished, test } from 'vitest'

test.each(['localhost', 'hub.test', 'iot_hub'])(
  'openTwin() accepts the unencrypted string of the hub %s',
  async (hostName) => {
    const hub = await startHub({ hostName })
    onTestFinished(() => hub.close())
    const twin = openTwin(hub.connectionStrings.device('device1', { plain: true }))
    onTestFinished(() => twin.close())
    await twin.report({ hostName })
    expect(hub.twin('device1')).toMatchObject({ properties: { reported: { hostName } } })
  },
)
