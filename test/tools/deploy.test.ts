import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { bicepComplaints } from '../../tools/deploy/bicep.ts'
import { commandOfService, composeComplaints } from '../../tools/deploy/compose.ts'
import { commandOf, containerfileComplaints, isPinned } from '../../tools/deploy/containerfile.ts'

const read = (name: string): string => readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')

describe('the check of a Containerfile', () => {
  const text = read('Containerfile')

  it.each<[mistake: string, change: (text: string) => string, complaint: RegExp]>([
    ['a base without a version', (from) => from.replaceAll(/node:[\w.-]+/g, 'node'), /node has no exact version/],
    ['a root user', (from) => from.replace('USER node', 'USER root'), /runs as root/],
    ['no user', (from) => from.replace('USER node', ''), /runs as root/],
    ['no health check', (from) => from.replace(/HEALTHCHECK[^]*?CMD \[.*\]/, ''), /has no HEALTHCHECK/],
    ['an unknown instruction', (from) => from.replace('EXPOSE', 'EXPOSED'), /line \d+: Unknown instruction: EXPOSED/],
  ])('finds %s', (_, change, complaint) => {
    expect(containerfileComplaints(text)).toEqual([])
    expect(containerfileComplaints(change(text)).join('\n')).toMatch(complaint)
  })

  it('reads the command that the container runs', () => {
    expect(commandOf(text).slice(0, 3)).toEqual(['serve', '--address', '0.0.0.0'])
  })

  it.each([
    ['node', false],
    ['node:latest', false],
    ['node:24', false],
    ['node:24.21.0', true],
    ['valkey/valkey:8.1.3-bookworm', true],
    [`node@sha256:${'a'.repeat(64)}`, true],
  ])('%s is pinned: %s', (image, expected) => {
    expect(isPinned(image)).toBe(expected)
  })
})

describe('the check of a compose file', () => {
  const text = read('compose.yaml')

  it.each<[mistake: string, change: (text: string) => string, complaint: RegExp]>([
    ['an unknown key', (from) => from.replace('read_only: true', 'read_onyl: true'), /additional properties/],
    ['an image without a version', (from) => from.replace('haproxy:3.0.11-bookworm', 'haproxy'), /no exact version/],
    [
      'a port that is open to all',
      (from) => from.replace('127.0.0.1:8080:8080', '8080:8080'),
      /open to other machines/,
    ],
    ['a privileged service', (from) => from.replace('read_only: true', 'privileged: true'), /is privileged/],
  ])('finds %s', (_, change, complaint) => {
    expect(composeComplaints(text)).toEqual([])
    expect(composeComplaints(change(text)).join('\n')).toMatch(complaint)
  })

  it('reads the command of a service', () => {
    expect(commandOfService(text, 'tokens')[0]).toBe('serve')
  })
})

describe('the check of a Bicep file', () => {
  it.each<[mistake: string, text: string, complaint: RegExp]>([
    ['a missing brace', "resource a 'Microsoft.App/containerApps@2024-03-01' = {\n  name: 'a'\n", /line 1/],
    ['a parameter that nothing uses', "param name string = 'a'\n", /nothing uses name/],
    [
      'an output with a key',
      "resource a 'A/b@2024-03-01' existing = {\n  name: 'a'\n}\noutput key string = a.listKeys().primaryKey\n",
      /line 4: an output reveals a key/,
    ],
  ])('finds %s', async (_, text, complaint) => {
    expect((await bicepComplaints(text)).join('\n')).toMatch(complaint)
  })

  it('accepts the template of this repository', async () => {
    expect(await bicepComplaints(read('azure/main.bicep'))).toEqual([])
  })
})
