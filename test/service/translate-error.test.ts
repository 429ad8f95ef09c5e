import { describe, expect, it } from 'vitest'
import { translateError } from '../../service/src/hub/translate-error.ts'

/** Creates an error as azure-iothub does: a plain error that carries the HTTP response. */
function answered(statusCode: number, message: string): Error {
  return Object.assign(new Error(message), { response: { statusCode } })
}

describe('translateError()', () => {
  it.each([
    [400, 'ERR_BAD_REQUEST'],
    [401, 'ERR_UNAUTHORIZED'],
    [403, 'ERR_UNAUTHORIZED'],
    [404, 'ERR_NOT_FOUND'],
    [412, 'ERR_CONFLICT'],
    [429, 'ERR_THROTTLED'],
    [500, 'ERR_HUB'],
    [503, 'ERR_HUB'],
  ])('translateError() turns status %i into %s, for any class of the SDK', (status, code) => {
    expect(translateError(answered(status, 'so it is'), 'localhost:10443')).toMatchObject({ code, status })
  })

  it.each([
    ['ECONNREFUSED', 'ERR_UNREACHABLE'],
    ['ENOTFOUND', 'ERR_UNREACHABLE'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'ERR_CERTIFICATE'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_CERTIFICATE'],
    ['HPE_INVALID_CONSTANT', 'ERR_PROTOCOL'],
  ])('translateError() turns the system error %s into %s', (code, expected) => {
    expect(translateError(Object.assign(new Error('x'), { code }), 'localhost:10443')).toMatchObject({ code: expected })
  })

  it('translateError() reads the whole message from the body, where the SDK ends at a semicolon', () => {
    const responseBody = JSON.stringify({ Message: 'ErrorCode:ArgumentInvalid;first; second; third' })
    const error = Object.assign(answered(400, 'first'), { responseBody })
    expect(translateError(error, 'localhost:10443').message).toBe(
      'localhost:10443 answered 400 (ArgumentInvalid), bad request: first; second; third',
    )
  })

  it("translateError() puts the hub's message on a single line of limited length", () => {
    const page = `Error: <html>\n<body>\n${'<p>gone</p>\n'.repeat(500)}</body>`
    const { message } = translateError(answered(502, page), 'contoso.azure-devices.net')
    expect(message).not.toContain('\n')
    expect(message.length).toBeLessThan(320)
  })
})
