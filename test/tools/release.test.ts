import { expect, test } from 'vitest'
import { missingTargets } from '../../tools/release/manifest.ts'
import { obstacles } from '../../tools/release/obstacles.ts'
import { sbomOf } from '../../tools/release/sbom.ts'

const ADDRESS = 'https://project.example'
const MANIFEST = { name: 'a', version: '1.0.0', repository: ADDRESS, homepage: ADDRESS, bugs: ADDRESS }
const CHANGELOG = '# Changelog\n\n## 1.0.0\n\n- text\n\n## 0.9.0\n'

test('obstacles() is empty when everything is ready', () => {
  expect(obstacles({ changes: [], changelog: CHANGELOG, manifests: [MANIFEST] })).toEqual([])
})

test('obstacles() names changes, missing addresses, and a changelog without the version', () => {
  const unready = { name: 'b', version: '1.1.0', homepage: ADDRESS }
  const state = { changes: [' M README.md'], changelog: CHANGELOG.replace('1.0.0', '1.1.0 (unreleased)') }
  expect(obstacles({ ...state, manifests: [unready] })).toEqual([
    'the checkout has 1 changes that are not committed',
    'b: package.json has no repository, bugs',
    'b: CHANGELOG.md starts with "1.1.0 (unreleased)", and package.json has version 1.1.0',
  ])
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
