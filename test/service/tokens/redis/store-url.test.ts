import { describe, expect, it } from 'vitest'
import { parseStoreUrl } from '../../../../service/src/runtime/redis/store-url.ts'

const SINGLE = { topology: { type: 'single' }, database: 0, prefix: 'hubtwin', isTls: false }

describe('the address of a store', () => {
  it.each([
    ['redis://localhost', { ...SINGLE, hosts: [{ host: 'localhost', port: 6379 }], text: 'redis://localhost' }],
    ['rediss://h:6380/2', { isTls: true, database: 2, hosts: [{ host: 'h', port: 6380 }], text: 'rediss://h:6380/2' }],
    ['REDIS://[::1]:7000', { hosts: [{ host: '::1', port: 7000 }], text: 'redis://[::1]:7000' }],
    ['redis://:p%40ss@h', { username: undefined, password: 'p@ss', text: 'redis://h' }],
    ['redis://alice:a:b@h', { username: 'alice', password: 'a:b', text: 'redis://h' }],
    ['redis://alice@h', { username: 'alice', password: undefined }],
    [
      'redis://a,b:7?sentinel=shop',
      {
        topology: { type: 'sentinel', master: 'shop' },
        hosts: [
          { host: 'a', port: 26379 },
          { host: 'b', port: 7 },
        ],
      },
    ],
    ['rediss://a?cluster&prefix=shop-1', { topology: { type: 'cluster' }, prefix: 'shop-1', isTls: true }],
  ])('%s is read', (text, expected) => {
    expect(parseStoreUrl(text)).toMatchObject(expected)
  })

  it('a separate password overrides that of the address', () => {
    expect(parseStoreUrl('redis://:old@h', 'new').password).toBe('new')
    expect(parseStoreUrl('redis://:old@h', '').password).toBe('old')
  })

  it.each([
    ['http://:s3cret@localhost', /malformed; expected redis:\/\/host:6379 or /],
    ['redis://:s3cret@local host', /host of the store is malformed/],
    ['redis://:s3cret@h:65536', /host of the store is malformed/],
    ['redis://:s3cret@a,b', /^Several hosts of a store need \?cluster or \?sentinel=mymaster$/],
    ['redis://:s3cret@a?cluster&sentinel=b', /not both/],
    ['redis://:s3cret@a?sentinel=', /names the master/],
    ['redis://:s3cret@a?tls=true', /parameter "tls"; expected cluster, sentinel, prefix$/],
    ['redis://:s3cret@a?prefix={b}', /^The prefix of the store is not/],
    ['redis://:s3cret%@a', /not URL-encoded; encode % as %25$/],
  ])('%s is refused, and the message has no password', (text, message) => {
    expect(() => parseStoreUrl(text)).toThrow(message)
    expect(() => parseStoreUrl(text)).not.toThrow(/s3cret/)
  })
})
