import { expect, test } from 'vitest'
import { tokenProblem } from '../../../../emulator/src/access/token-problem.ts'

const POLICIES = new Map([
  ['iothubowner', { name: 'iothubowner', rights: [], primaryKey: 'secret', secondaryKey: 'secret' }],
  ['service', { name: 'service', rights: [], primaryKey: 'secret', secondaryKey: 'secret' }],
])
const NOW = Date.UTC(2026, 10, 29)
const SAS = { resource: 'localhost', policyName: 'service', expiresAt: NOW - 1000 }

test.each([
  ['malformed', undefined, 'the token is malformed; expected SharedAccessSignature sr=…&sig=…&se=…&skn=…'],
  ['expired', SAS, 'the token expired at 2026-11-28T23:59:59.000Z; the time of the hub is 2026-11-29T00:00:00.000Z'],
  ['expired', { ...SAS, expiresAt: 1e18 }, /expired at an unknown time;/],
  [
    'wrong-scope',
    { ...SAS, resource: 'contoso.azure-devices.net' },
    'the token is for contoso.azure-devices.net; expected localhost, the name of this hub',
  ],
  ['wrong-signature', SAS, 'the key of the token is not a key of the policy service'],
  ['wrong-signature', { ...SAS, policyName: 'nope' }, 'the hub has no policy nope; expected iothubowner, service'],
  ['wrong-signature', { resource: 'localhost', expiresAt: NOW }, /^the token names no policy \(skn\); expected/],
] as const)('a token that is %s has the problem %#', (code, given, problem) => {
  const text = tokenProblem(code, given, { hostName: 'localhost', policies: POLICIES, now: NOW })
  expect(text).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem))
  expect(text).not.toContain('secret')
})
