import { request } from 'node:http'
import { connect } from 'node:net'

/**
 * Sends any bytes, unlike a browser and fetch().
 *
 * @returns all bytes that arrive until the socket closes
 */
export function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.once('error', reject)
    socket.once('close', () => resolve(answer))
    socket.write(text)
  })
}

/** Sends a request from another address of this machine, or with another Host. */
export function sendFrom(
  port: number,
  path: string,
  options: {
    readonly localAddress?: string
    readonly method?: string
    readonly headers?: Record<string, string>
    readonly body?: string
  } = {},
): Promise<{ status: number; headers: Record<string, unknown>; text: string }> {
  return new Promise((resolve, reject) => {
    const { localAddress, method = 'POST', headers, body = '' } = options
    const outgoing = request({
      host: '127.0.0.1',
      port,
      path,
      method,
      headers,
      ...(localAddress && { localAddress }),
    })
    outgoing.once('error', reject)
    outgoing.once('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.once('error', reject)
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    outgoing.end(body)
  })
}
