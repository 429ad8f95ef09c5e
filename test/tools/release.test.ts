import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addressComplaints, webAddress } from '../../tools/release/address.ts'
import { type Manifest, missingTargets } from '../../tools/release/manifest.ts'
import { obstacles } from '../../tools/release/obstacles.ts'
import { sbomOf } from '../../tools/release/sbom.ts'

const PROJECT = 'https://host.example/owner/project'
const REPOSITORY = `git+${PROJECT}.git`
const MANIFEST = {
  name: 'a',
  version: '1.0.0',
  repository: { type: 'git', url: REPOSITORY, directory: 'folder' },
  homepage: `${PROJECT}/tree/main/folder#readme`,
  bugs: `${PROJECT}/issues`,
}
const PACKAGES = [{ folder: 'folder', manifest: MANIFEST }]
const CHANGELOG = '# Changelog\n\n## 1.0.0\n\n- text\n\n## 0.9.0\n'
const READY = {
  changes: [],
  changelog: CHANGELOG,
  packages: PACKAGES,
  repository: REPOSITORY,
  origin: 'git@host.example:owner/project.git',
}

test('obstacles() is empty when everything is ready', () => {
  expect(obstacles(READY)).toEqual([])
})

test('obstacles() names changes, missing addresses, and a changelog without the version', () => {
  const unready = { name: 'b', version: '1.1.0', homepage: PROJECT }
  const state = { changes: [' M README.md'], changelog: CHANGELOG.replace('1.0.0', '1.1.0 (unreleased)') }
  expect(obstacles({ ...READY, ...state, packages: [{ folder: 'b', manifest: unready }] })).toEqual([
    'changes in the checkout without a commit: 1',
    'b: package.json has no repository, bugs',
    'b: CHANGELOG.md starts with "1.1.0 (unreleased)", and package.json has version 1.1.0',
  ])
})

test('obstacles() names a checkout of another repository, or without a remote', () => {
  const other = 'https://host.example/somebody/fork'
  expect(obstacles({ ...READY, origin: other })).toEqual([
    `the remote origin is ${other}; the packages name ${PROJECT}`,
  ])
  expect(obstacles({ ...READY, origin: undefined })).toEqual([
    `the remote origin is missing; the packages name ${PROJECT}`,
  ])
})

test('obstacles() names an address that leads elsewhere', () => {
  const moved = { ...MANIFEST, bugs: 'https://host.example/owner/old/issues' }
  expect(obstacles({ ...READY, packages: [{ folder: 'folder', manifest: moved }] })).toEqual([
    `a: bugs in package.json is "${moved.bugs}"; "${MANIFEST.bugs}" leads to ${PROJECT}`,
  ])
})

test.each([
  ['git@host.example:owner/project.git', PROJECT],
  ['ssh://git@host.example/owner/project', PROJECT],
  ['https://user:secret@host.example/owner/project.git\n', PROJECT],
  [REPOSITORY, PROJECT],
  ['/some/folder', undefined],
])('webAddress(%j) is %j', (remote, address) => {
  expect(webAddress(remote)).toBe(address)
})

test('the published packages name the address of the project', () => {
  const root = join(import.meta.dirname, '..', '..')
  const read = (path: string): Manifest => JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest
  const { url } = read('package.json').repository as { url: string }
  const address = webAddress(url) ?? url
  for (const folder of ['core', 'emulator']) {
    expect(addressComplaints(read(join(folder, 'package.json')), folder, address)).toEqual([])
  }
  expect(readFileSync(join(root, 'SECURITY.md'), 'utf8')).toContain(`${address}/security/advisories/new`)
})

test('missingTargets() names each file once that the tarball lacks', () => {
  const targets = {
    main: './dist/index.js',
    types: './dist/index.d.ts',
    bin: { tool: './dist/cli.js' },
    exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './extra': './dist/extra.js' },
  }
  const files = ['dist/index.js', 'dist/extra.js']
  expect(missingTargets({ ...MANIFEST, ...targets }, files)).toEqual(['./dist/index.d.ts', './dist/cli.js'])
  expect(missingTargets(MANIFEST, [])).toEqual([])
})

const document = {
  bomFormat: 'CycloneDX',
  metadata: { component: component('workspace@1.0.0'), tools: ['npm'] },
  components: [
    component('a@1.0.0'),
    component('ws@8.0.0'),
    component('deep@1.0.0'),
    component('types@1.0.0'),
    { ...component('compiler@7.0.0'), scope: 'optional' },
  ],
  dependencies: [
    { ref: 'workspace@1.0.0', dependsOn: ['a@1.0.0', 'types@1.0.0'] },
    { ref: 'a@1.0.0', dependsOn: ['ws@8.0.0'] },
    { ref: 'ws@8.0.0', dependsOn: ['deep@1.0.0', 'compiler@7.0.0'] },
    { ref: 'deep@1.0.0', dependsOn: ['ws@8.0.0'] },
    { ref: 'types@1.0.0', dependsOn: [] },
    { ref: 'compiler@7.0.0', dependsOn: [] },
  ],
}

function component(ref: string): { 'bom-ref': string; name: string; scope: string } {
  return { 'bom-ref': ref, name: `folder of ${ref}`, scope: 'required' }
}

test('sbomOf() describes the package, and keeps only what the package needs', () => {
  expect(sbomOf(document, 'a', '1.0.0')).toEqual({
    bomFormat: 'CycloneDX',
    metadata: { component: { ...component('a@1.0.0'), name: 'a' }, tools: ['npm'] },
    components: [component('ws@8.0.0'), component('deep@1.0.0')],
    dependencies: [
      { ref: 'a@1.0.0', dependsOn: ['ws@8.0.0'] },
      { ref: 'ws@8.0.0', dependsOn: ['deep@1.0.0'] },
      { ref: 'deep@1.0.0', dependsOn: ['ws@8.0.0'] },
    ],
  })
})

test('sbomOf() rejects a document about another package', () => {
  expect(() => sbomOf(document, 'a', '2.0.0')).toThrow('npm sbom does not describe a@2.0.0')
})
