import fc from 'fast-check'
import { test } from 'vitest'
import { connectPacket } from '../../support/raw-socket.ts'
import { later } from '../../support/cleanup.ts'
import { within } from '../../support/waits.ts'
import { openSocket } from '../../support/fuzz/fuzz-socket.ts'
import { bytes } from '../../support/fuzz/packet-bytes.ts'
import { runs, timeoutInMs } from '../../support/fuzz/runs.ts'
import { watchedHub } from '../../support/fuzz/watched-hub.ts'

const DEVICE_ID = 'attacker'

/**
 * A client with or without a device's connection: its bytes, the number of chunks, and whether it
 * stays connected.
 */
const attack = fc.record({
  bytes,
  isConnected: fc.boolean(),
  pieces: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
  stays: fc.oneof({ weight: 59, arbitrary: fc.constant(false) }, fc.constant(true)),
})
type Attack = typeof attack extends fc.Arbitrary<infer Case> ? Case : never

function cut(whole: Buffer, lengths: readonly number[]): Buffer[] {
  let start = 0
  return [...lengths, whole.length].map((length) => whole.subarray(start, (start += length)))
}

test(
  'the hub closes or serves a connection with any bytes, and no other client notices',
  async () => {
    const devices = Array.from({ length: 10 }, (_, at) => `${DEVICE_ID}-${at}`)
    const watched = await watchedHub({ devices, slowClientTimeoutInMs: 1500 })
    const { hub } = watched
    const open = new Set<() => void>()
    later(() => {
      for (const end of open) end()
    })

    async function carryOut({ bytes: all, isConnected, pieces, stays }: Attack, at: number): Promise<void> {
      const socket = await openSocket(hub)
      open.add(socket.end)
      // The bytes follow a valid CONNECT with the shortest keep-alive, so that silence ends the
      // connection.
      const first = isConnected ? shortLived(connectPacket(hub, { deviceId: `${DEVICE_ID}-${at}` })) : Buffer.alloc(0)
      for (const piece of cut(Buffer.concat([first, all]), pieces)) socket.send(piece)
      if (!stays || mayStay(all)) socket.end()
      await within('the end of the connection', socket.closed)
      open.delete(socket.end)
    }

    let rounds = 0
    await fc.assert(
      fc.asyncProperty(fc.array(attack, { maxLength: devices.length }), async (attacks) => {
        await Promise.all(attacks.map(carryOut))
        rounds += 1
        if (rounds % 20 === 0) await watched.expectSound()
        if (rounds % 100 === 0) watched.expectNoGrowth()
      }),
      runs(50),
    )
    await watched.expectSound()
  },
  timeoutInMs,
)

/** Sets a keep-alive of one second: its two bytes follow the protocol name, level, and flags. */
function shortLived(connect: Buffer): Buffer {
  const at = connect.indexOf('MQTT') + 6
  connect.writeUInt16BE(1, at)
  return connect
}

/**
 * The client's own CONNECT can turn the keep-alive off, even if no CONNACK shows that the hub
 * accepted it.
 */
function mayStay(all: Buffer): boolean {
  return all.includes('MQTT')
}
