import { setTimeout as delay } from 'node:timers/promises'
import type { Hub } from 'hubtwin-emulator'
import { keyCredentials } from '../../core/src/credentials/key.ts'
import { parseConnectionString } from '../../core/src/protocol/connection-string.ts'
import { clientId, userName } from '../../core/src/protocol/identity.ts'
import { openMqttWire } from '../../core/src/runtime/mqtt-wire.ts'

const LONGEST_IN_MS = 300

/**
 * A rival connects with the same identity, past the proxy. It leaves as soon as the hub has
 * disconnected the other client.
 */
export async function beginRival(hub: Hub, deviceId: string): Promise<void> {
  const text = hub.connectionStrings.device(deviceId, { plain: true })
  const { identity, sharedAccessKey = '' } = parseConnectionString(text)
  const { password } = await keyCredentials(identity, sharedAccessKey).token()
  await new Promise<void>((resolve) => {
    const request = {
      url: hub.endpoints.ws,
      clientId: clientId(identity),
      userName: userName(identity),
      password,
      keepaliveInSeconds: 10,
      isPersistent: false,
    }
    const wire = openMqttWire(request, () => resolve())
    void delay(LONGEST_IN_MS).then(resolve)
    void delay(LONGEST_IN_MS).then(() => wire.close())
  })
}
