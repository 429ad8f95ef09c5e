import { describe, expect, test } from 'vitest'
import { openEnrollment, rememberDevices, storedRevocations } from '../../../../service/src/tokens/index.ts'
import { checkRevocable } from '../../../../service/src/tokens/enrollment/revocations.ts'
import { oneTimeCodes } from '../../../../service/src/tokens/enrollment/one-time-codes.ts'
import { memoryStore, START } from './memory-service.ts'

const CLAIMS = { issuer: 'i', subject: 'kiosk-7', issuedAt: 100, authenticatedAt: 50, expiresAt: 200 }

describe('oneTimeCodes()', () => {
  test('makes codes of twelve characters, and stores only their hashes', async () => {
    const { codes: records, content } = memoryStore()
    const codes = oneTimeCodes(records, () => START)
    const { code, expiresAt } = await codes.make('kiosk-7', 60)
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(expiresAt).toBe(START + 60_000)
    const plain = code.replaceAll('-', '')
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(plain))
    expect([...content.codes]).toEqual([
      [Buffer.from(digest).toString('hex'), { deviceId: 'kiosk-7', createdAt: START, expiresAt: START + 60_000 }],
    ])
  })

  test('uses every character of the alphabet', async () => {
    const codes = oneTimeCodes(memoryStore().codes, () => START)
    const made = await Promise.all(Array.from({ length: 100 }, () => codes.make('kiosk-7', 60)))
    const used = new Set(made.flatMap(({ code }) => code.replaceAll('-', '').split('')))
    expect([...used].sort().join('')).toBe('0123456789ABCDEFGHJKMNPQRSTVWXYZ')
  })

  test('spends a code once, until it expires, as people write it', async () => {
    let now = START
    const codes = oneTimeCodes(memoryStore().codes, () => now)
    const { code } = await codes.make('kiosk-7', 60)
    const written = ` ${code.toLowerCase().replaceAll('-', ' - ').replaceAll('0', 'o').replaceAll('1', 'l')}`
    expect(codes.isWellFormed(written)).toBe(true)
    now += 59_999
    expect(await codes.spend(written)).toMatchObject({ deviceId: 'kiosk-7', createdAt: START })
    expect(await codes.spend(code)).toBeUndefined()
    const late = await codes.make('kiosk-7', 60)
    now += 60_000
    expect(await codes.spend(late.code)).toBeUndefined()
  })

  test('reads I and L as 1, and O as 0', async () => {
    const { codes: records } = memoryStore()
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode('110110ABCDEF'))).toString(
      'hex',
    )
    const record = { deviceId: 'kiosk-7', createdAt: START, expiresAt: START + 1 }
    await records.put(hash, record)
    expect(await oneTimeCodes(records, () => START).spend('ilo-LIO-abc-def')).toEqual(record)
  })

  test.each(['', 'ABCD-EFGH-JKM', 'ABCD-EFGH-JKMNP', 'ABCD_EFGH_JKMN', 'UBCD-EFGH-JKMN', 'ABCDEFGHJKM!'])(
    '%j is no code',
    async (text) => {
      const codes = oneTimeCodes({ put: async () => {}, take: () => Promise.reject(new Error('asked')) }, () => START)
      expect(codes.isWellFormed(text)).toBe(false)
      expect(await codes.spend(text)).toBeUndefined()
    },
  )

  test('refuses a text that is no device ID', async () => {
    const codes = oneTimeCodes(memoryStore().codes, () => START)
    await expect(codes.make('a/b', 60)).rejects.toThrow(new TypeError('"a/b" cannot be a device ID'))
  })
})

describe('openEnrollment()', () => {
  test('remembers the device of a code, and saves its session', async () => {
    const store = memoryStore()
    const enrollment = openEnrollment(store, { now: () => START + 1, tokenLifetimeInSeconds: 100 })
    await enrollment.codes.make('kiosk-7', 60)
    expect([...store.content.names]).toEqual([['kiosk-7', START + 1]])
    const { expiresAt, id } = await enrollment.issue('kiosk-7')
    expect(expiresAt).toBe(START + 100_000)
    expect(store.content.sessions).toEqual([{ id, deviceId: 'kiosk-7', enrolledAt: START + 1, expiresAt }])
    const renewed = await enrollment.renew({ ...CLAIMS, id })
    expect(renewed.id.startsWith(`${id}~`)).toBe(true)
    expect(store.content.sessions[1]).toEqual({ id, deviceId: 'kiosk-7', enrolledAt: 50_000, expiresAt })
    const unnamed = await enrollment.renew(CLAIMS)
    expect(unnamed.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('describes itself as an issuer, and keeps the identity of its key set', async () => {
    const enrollment = openEnrollment(memoryStore())
    const { keys, ...issuer } = enrollment.issuer
    expect(issuer).toEqual({
      issuer: 'hubtwin-service',
      audience: 'hubtwin-token-service',
      algorithms: ['ES256'],
      sharesClock: true,
    })
    const read = keys as () => Promise<unknown>
    expect(await read()).toBe(await read())
    expect(await enrollment.keySet()).toBe(await read())
    const before = await read()
    await enrollment.keys.rotate()
    expect(await read()).not.toBe(before)
  })

  test.each([
    [150, false],
    [150.001, true],
    [149, false],
  ])('at %s s of a JWT from 100 to 200 s, the renewal is due: %s', (seconds, isDue) => {
    expect(openEnrollment(memoryStore(), { now: () => seconds * 1000 }).isDue(CLAIMS)).toBe(isDue)
  })

  test('fails without a key rather than sign with none', async () => {
    const enrollment = openEnrollment(memoryStore())
    Object.assign(enrollment.keys, { all: async () => [] })
    await expect(enrollment.issue('kiosk-7')).rejects.toThrow('The store has no signing key')
  })
})

describe('rememberDevices()', () => {
  test('remembers each name once, and tries again after a failure', async () => {
    const calls: unknown[] = []
    let fails = true
    const enrollments = {
      ...memoryStore().enrollments,
      async remember(names: readonly string[], at: number): Promise<void> {
        calls.push([names, at])
        if (fails) throw new Error('The store is away')
      },
    }
    const remember = rememberDevices({ enrollments }, () => START)
    await expect(remember(CLAIMS, 'device1')).rejects.toThrow('The store is away')
    fails = false
    await remember(CLAIMS, 'device1')
    await remember(CLAIMS, 'device1')
    await remember(CLAIMS, 'kiosk-7')
    await remember(CLAIMS, 'device2')
    expect(calls).toEqual([
      [['device1', 'kiosk-7'], START],
      [['device1', 'kiosk-7'], START],
      [['device2'], START],
    ])
  })

  test('remembers a name once that is both the subject and the device, at the time of the machine', async () => {
    const { enrollments, content } = memoryStore()
    await rememberDevices({ enrollments })(CLAIMS, 'kiosk-7')
    expect([...content.names.keys()]).toEqual(['kiosk-7'])
    expect(content.names.get('kiosk-7')).toBeGreaterThan(START)
  })

  test('forgets the names in its memory beyond 200,000', async () => {
    let calls = 0
    const enrollments = { ...memoryStore().enrollments, remember: async (): Promise<void> => void calls++ }
    const remember = rememberDevices({ enrollments }, () => START)
    for (let name = 0; name < 200_001; name++) await remember({ ...CLAIMS, subject: `${name}` }, `${name}`)
    await remember({ ...CLAIMS, subject: '0' }, '0')
    expect(calls).toBe(200_001)
    await remember({ ...CLAIMS, subject: 'one more' }, 'one more')
    await remember({ ...CLAIMS, subject: '0' }, '0')
    expect(calls).toBe(200_003)
  })
})

describe('storedRevocations()', () => {
  const uuid = '0f8fad5b-d9cb-469f-a165-70867728950e'
  const revocationsAt = (now?: () => number): ReturnType<typeof storedRevocations> =>
    storedRevocations({ revocations: memoryStore().revocations }, now)

  test.each([
    ['kiosk-7', true],
    ['device1', true],
    [uuid, true],
    [`${uuid}~0123abcd`, true],
    ['other', false],
  ])('a revocation of %s counts: %s', async (name, isRevoked) => {
    const { revoke, isRevoked: ask } = revocationsAt(() => 50_000)
    await revoke(name)
    expect(await ask({ ...CLAIMS, id: `${uuid}~aaaaaaaa` }, 'device1')).toBe(isRevoked)
  })

  test('a revocation ends what authenticated until then', async () => {
    const { revoke, isRevoked } = revocationsAt(() => 50_000)
    await revoke('kiosk-7')
    expect(await isRevoked(CLAIMS)).toBe(true)
    expect(await isRevoked({ ...CLAIMS, authenticatedAt: 50.001 })).toBe(false)
    expect(await isRevoked({ ...CLAIMS, authenticatedAt: 50.0004 })).toBe(true)
  })

  test('asks the store for each name once', async () => {
    const asked: unknown[] = []
    const revocations = {
      ...memoryStore().revocations,
      revokedUntil: async (names: readonly string[]) => {
        asked.push(names)
        return names.map(() => undefined)
      },
    }
    expect(await storedRevocations({ revocations }).isRevoked(CLAIMS, 'kiosk-7')).toBe(false)
    expect(asked).toEqual([['kiosk-7']])
  })

  test('a revocation without a clock of its own uses that of the machine', async () => {
    const { revoke, isRevoked } = revocationsAt()
    await revoke('kiosk-7')
    expect(await isRevoked({ ...CLAIMS, authenticatedAt: START / 1000 })).toBe(true)
  })

  test.each(['', 'a b', 'a\n', '#a', 'a\u202e', '\u0007'])('cannot revoke %j', async (name) => {
    await expect(revocationsAt().revoke(name)).rejects.toThrow(
      new SyntaxError(
        `${JSON.stringify(name)} cannot be revoked; expected a device ID, a subject, or a token ID, without white space and without # at the start`,
      ),
    )
  })

  test('can revoke a name with # inside', () => {
    expect(() => checkRevocable('a#b')).not.toThrow()
  })
})
