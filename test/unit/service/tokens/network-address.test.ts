import { describe, expect, test } from 'vitest'
import { networkOf, parseAddress } from '../../../../service/src/tokens/http/network-address.ts'

describe('parseAddress()', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7 ', '203.0.113.7'],
    ['203.0.113.7:40001', '203.0.113.7'],
    ['255.255.255.255', '255.255.255.255'],
    ['[203.0.113.7]:40001', '203.0.113.7'],
    ['[2001:db8::7]:40001', '2001:db8::7'],
    ['[2001:DB8:0::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['::ffff:0:ff', '0.0.0.255'],
    ['[::ffff:203.0.113.7]:40001', '203.0.113.7'],
    ['1::ffff:cb00:7107', '1::ffff:cb00:7107'],
    ['::ffff:cb00:7107:0', '::ffff:cb00:7107:0'],
    ['::1', '::1'],
  ])('reads %j as %s', (text, address) => {
    expect(parseAddress(text)).toBe(address)
  })

  test.each([
    '',
    'unknown',
    '203.0.113.256',
    '203.0.113',
    '203.0.113.7.9',
    '203.0.113.1234',
    'x203.0.113.7',
    '203.0.113.7x',
    '203.0.113.7:',
    '203.0.113.7:4x',
    'x[2001:db8::7]',
    '[2001:db8::7]x',
    '[2001:db8::7]:4x',
    '2001:db8::g',
    'a:b:c',
    '::ffff:203.0.113.700',
    '\u009b2J',
    ']:[',
  ])('finds no address in %j', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('networkOf()', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['unknown', 'unknown'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::7', '2001:db8:0:0'],
    ['2001:db8::1:2:3:4:5', '2001:db8:0:1'],
    ['::1', '0:0:0:0'],
    ['::1:2:3:4:5:6', '0:0:1:2'],
    ['2001:db8::', '2001:db8:0:0'],
    ['::', '0:0:0:0'],
  ])('the network of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
