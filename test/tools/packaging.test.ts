import { expect, test } from 'vitest'
import { contentComplaints } from '../../tools/packaging/contents.ts'

const FILES = [
  'package.json',
  'README.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'src/index.ts',
  'dist/index.js.map',
]

function complaints(added: string[], source = '../src/index.ts'): string[] {
  return contentComplaints([...FILES, ...added], () => JSON.stringify({ sources: [source] }))
}

test('contentComplaints() accepts code, maps into the tarball, README and LICENSE', () => {
  expect(complaints([])).toEqual([])
})

test('contentComplaints() refuses unneeded files', () => {
  const strangers = ['tsconfig.json', 'dist/all.tsbuildinfo', 'test/a.ts', '.env']
  expect(complaints(strangers)).toEqual(strangers.map((file) => `${file} does not belong in the tarball`))
})

test('contentComplaints() reports a missing license', () => {
  expect(
    contentComplaints(
      FILES.filter((file) => file !== 'LICENSE'),
      () => '{"sources":[]}',
    ),
  ).toEqual(['LICENSE is missing from the tarball'])
})

test('contentComplaints() refuses a map that points outside', () => {
  expect(complaints([], '../../src/index.ts')).toEqual([
    'dist/index.js.map points to ../../src/index.ts, which is not in the tarball',
  ])
})

test('contentComplaints() accepts the package.json of an entry, and files that the package names', () => {
  expect(complaints(['web-storage/package.json', 'light/shared-twin/package.json'])).toEqual([])
  expect(complaints(['page-folder.cjs'])).toEqual(['page-folder.cjs does not belong in the tarball'])
  expect(contentComplaints([...FILES, 'page-folder.cjs'], () => '{"sources":[]}', ['page-folder.cjs'])).toEqual([])
})
