import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addressComplaints, webAddress } from '../../tools/release/address.ts'
import { type Manifest, missingTargets } from '../../tools/release/manifest.ts'
import { obstacles } from '../../tools/release/obstacles.ts'
import { sbomOf } from '../../tools/release/sbom.ts'

const project = 'https://host.example/owner/project'
const repository = `git+${project}.git`
const manifest = {
  name: 'a',
  version: '1.0.0',
  repository: { type: 'git', url: repository, directory: 'folder' },
  homepage: `${project}/tree/main/folder#readme`,
  bugs: `${project}/issues`,
}
const packages = [{ folder: 'folder', manifest }]
const changelog = '# Changelog\n\n## 1.0.0\n\n- text\n\n## 0.9.0\n'
const ready = { changes: [], changelog, packages, repository, origin: 'git@host.example:owner/project.git' }

test('obstacles() is empty when everything is ready', () => {
  expect(obstacles(ready)).toEqual([])
})

test('obstacles() names changes, missing addresses, and a changelog without the version', () => {
  const unready = { name: 'b', version: '1.1.0', homepage: project }
  const state = { changes: [' M README.md'], changelog: changelog.replace('1.0.0', '1.1.0 (unreleased)') }
  expect(obstacles({ ...ready, ...state, packages: [{ folder: 'b', manifest: unready }] })).toEqual([
    'changes in the checkout without a commit: 1',
    'b: package.json has no repository, bugs',
    'b: CHANGELOG.md starts with "1.1.0 (unreleased)", and package.json has version 1.1.0',
  ])
})

test('obstacles() names a checkout of another repository, or without a remote', () => {
  const other = 'https://host.example/somebody/fork'
  expect(obstacles({ ...ready, origin: other })).toEqual([
    `the remote origin is ${other}; the packages name ${project}`,
  ])
  expect(obstacles({ ...ready, origin: undefined })).toEqual([
    `the remote origin is missing; the packages name ${project}`,
  ])
})

test('obstacles() names an address that leads elsewhere', () => {
  const moved = { ...manifest, bugs: 'https://host.example/owner/old/issues' }
  expect(obstacles({ ...ready, packages: [{ folder: 'folder', manifest: moved }] })).toEqual([
    `a: bugs in package.json is "${moved.bugs}"; "${manifest.bugs}" leads to ${project}`,
  ])
})

test.each([
  ['git@host.example:owner/project.git', project],
  ['ssh://git@host.example/owner/project', project],
  ['https://user:secret@host.example/owner/project.git\n', project],
  [repository, project],
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
  expect(missingTargets({ ...manifest, ...targets }, files)).toEqual(['./dist/index.d.ts', './dist/cli.js'])
  expect(missingTargets(manifest, [])).toEqual([])
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
