import { describe, expect, test } from 'vitest'
import { type ControlRequest, decideAccess } from '../../../../emulator/src/control/decide-access.ts'

const SOCKET = { secure: false, localAddress: '127.0.0.1', localPort: 8080, remoteAddress: '127.0.0.1' }
const REQUEST: ControlRequest = {
  method: 'POST',
  host: 'localhost:8080',
  origin: undefined,
  fetchSite: undefined,
  contentType: 'application/json',
  hasBody: true,
  socket: SOCKET,
}
const decide = (change: Partial<ControlRequest>): unknown => decideAccess({ ...REQUEST, ...change }, 'hub.test')
const REMOTE = { ...SOCKET, localAddress: '192.0.2.1', remoteAddress: '192.0.2.9' }

describe('decideAccess() opens the hub', () => {
  test.each<Partial<ControlRequest>>([
    {},
    { host: 'localhost' },
    { host: 'hub.test:8080' },
    { origin: 'http://localhost:8080' },
    { fetchSite: 'same-origin' },
    { fetchSite: 'none' },
    { contentType: 'Application/JSON; charset=utf-8' },
    { contentType: 'application/json ;x' },
    { method: 'GET', contentType: undefined },
    { method: 'HEAD', contentType: 'text/plain' },
    { method: 'OPTIONS', contentType: undefined },
    { method: 'DELETE', contentType: undefined, hasBody: false },
    { method: 'DELETE' },
  ])('to a local request with %j', (change) => {
    expect(decide(change)).toStrictEqual({ type: 'open' })
  })

  test.each<Partial<ControlRequest>>([{}, { host: 'hub.test:9999' }, { host: '192.0.2.1' }])(
    'to the owner for a remote request with %j',
    (change) => {
      expect(decide({ socket: REMOTE, ...change })).toStrictEqual({ type: 'owner-only' })
    },
  )
})

describe('decideAccess() refuses', () => {
  test.each<[Partial<ControlRequest>, string]>([
    [{ host: undefined }, 'the header Host is missing or is not a host'],
    [{ host: 'evil.test:8080' }, 'the host evil.test is not this hub, which is localhost or hub.test'],
    [{ host: 'evil.test', socket: REMOTE }, 'the host evil.test is not this hub, which is localhost or hub.test'],
    [{ host: 'localhost:9999' }, "the port 9999 is not this hub's port 8080"],
    [{ origin: 'http://evil.test' }, "the origin http://evil.test is not the hub's own, http://localhost:8080"],
    [
      { origin: 'https://localhost:8080' },
      "the origin https://localhost:8080 is not the hub's own, http://localhost:8080",
    ],
    [{ origin: 'x'.repeat(101) }, `the origin ${'x'.repeat(100)}… is not the hub's own, http://localhost:8080`],
    [
      { fetchSite: 'cross-site' },
      'the request is from a page of another origin (Sec-Fetch-Site is cross-site); type the address of the hub',
    ],
    [
      { method: 'GET', fetchSite: 'same-site' },
      'the request is from a page of another origin (Sec-Fetch-Site is same-site); type the address of the hub',
    ],
  ])('%j', (change, reason) => {
    expect(decide(change)).toStrictEqual({ type: 'refused', status: 403, reason })
  })

  test.each<[Partial<ControlRequest>, string, string]>([
    [{ contentType: undefined }, 'POST', 'none'],
    [{ contentType: 'text/plain' }, 'POST', 'text/plain'],
    [{ contentType: 'application/jsonp' }, 'POST', 'application/jsonp'],
    [{ contentType: 'x application/json' }, 'POST', 'x application/json'],
    [{ method: 'DELETE', contentType: 'text/plain' }, 'DELETE', 'text/plain'],
    [{ method: 'PUT', contentType: undefined, hasBody: false }, 'PUT', 'none'],
    [{ contentType: 'x'.repeat(101) }, 'POST', `${'x'.repeat(100)}…`],
  ])('the content type of %j', (change, method, contentType) => {
    const reason = `a ${method} needs the content type application/json, not ${contentType}`
    expect(decide(change)).toStrictEqual({ type: 'refused', status: 415, reason })
  })
})
