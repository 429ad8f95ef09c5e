import { describe, expect, test } from 'vitest'
import { Problem, type ProblemCode, problemResponse } from '../../../../service/src/tokens/base/problem.ts'

const STATUSES: readonly [ProblemCode, number, string][] = [
  ['ERR_BAD_REQUEST', 400, 'Bad Request'],
  ['ERR_NO_TOKEN', 401, 'Unauthorized'],
  ['ERR_TOKEN_EXPIRED', 401, 'Unauthorized'],
  ['ERR_TOKEN_INVALID', 401, 'Unauthorized'],
  ['ERR_CODE', 403, 'Forbidden'],
  ['ERR_NO_DEVICE', 403, 'Forbidden'],
  ['ERR_ORIGIN', 403, 'Forbidden'],
  ['ERR_OTHER_DEVICE', 403, 'Forbidden'],
  ['ERR_REVOKED', 403, 'Forbidden'],
  ['ERR_NOT_FOUND', 404, 'Not Found'],
  ['ERR_METHOD', 405, 'Method Not Allowed'],
  ['ERR_BODY_TOO_LARGE', 413, 'Content Too Large'],
  ['ERR_CONTENT_TYPE', 415, 'Unsupported Media Type'],
  ['ERR_RATE_LIMITED', 429, 'Too Many Requests'],
  ['ERR_INTERNAL', 500, 'Internal Server Error'],
  ['ERR_UNAVAILABLE', 503, 'Service Unavailable'],
]
const WWW_AUTHENTICATE: { readonly [code: string]: string } = {
  ERR_NO_TOKEN: 'Bearer',
  ERR_TOKEN_EXPIRED: 'Bearer error="invalid_token"',
  ERR_TOKEN_INVALID: 'Bearer error="invalid_token"',
}

describe('problemResponse()', () => {
  test.each(STATUSES)('answers %s with %i %s', async (code, status, title) => {
    const problem = new Problem(code, 'In detail', { reason: 'for the log only' })
    const response = problemResponse(problem)
    expect(problem.status).toBe(status)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ title, status, code, detail: 'In detail' })
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'application/problem+json',
      ...(WWW_AUTHENTICATE[code] !== undefined && { 'www-authenticate': WWW_AUTHENTICATE[code] }),
      ...(code === 'ERR_METHOD' && { allow: 'POST' }),
    })
  })

  test('says when to try again', () => {
    const { headers } = problemResponse(new Problem('ERR_RATE_LIMITED', 'Wait', { retryAfterInSeconds: 0 }))
    expect(headers.get('retry-after')).toBe('0')
  })
})

test('a Problem is an error that is in no log yet', () => {
  const problem = new Problem('ERR_CODE', 'Spent')
  expect(problem).toMatchObject({ name: 'Problem', message: 'Spent', code: 'ERR_CODE', isRepeated: false })
  expect([problem.reason, problem.retryAfterInSeconds]).toEqual([undefined, undefined])
  expect(new Problem('ERR_CODE', 'Spent', { isRepeated: true, reason: 'r' })).toMatchObject({
    isRepeated: true,
    reason: 'r',
  })
})
