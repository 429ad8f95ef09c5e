import { connect } from 'node:net'
import { expect } from 'vitest'
import { hubTest } from '../../support/hub-test.ts'
import { within } from '../../support/waits.ts'

const test = hubTest()

/** Sends bytes without TLS. @returns everything that the hub sends until it closes */
function sent(port: number, bytes: string): Promise<string> {
  const answer = new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.setEncoding('utf8').on('data', (part: string) => (text += part))
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  return within('the end of the connection', answer)
}

test.for([
  ['secure', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'Use https:// or wss://, and remove '],
  ['secure', 'POST /hub/faults HTTP/1.1\r\nHost: localhost\r\n\r\n', 'Use https:// or wss://, and remove '],
  ['mqtt', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', 'It speaks MQTT directly over TLS, not HTTP"}'],
] as const)('the %s port answers HTTP without TLS with advice: %j', async ([name, request, advice], { hub }) => {
  const text = await sent(name === 'secure' ? hub.securePort : hub.mqttPort, request)
  expect(text).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/)
  expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toContain(`{"message":"This port has TLS. ${advice}`)
})

test('the secure port closes a connection with any other text', async ({ hub }) => {
  expect(await sent(hub.securePort, 'hello, is this a hub?\r\n\r\n')).not.toContain('HTTP/1.1')
})
