import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readPages, staticPages } from '../../../service/src/runtime/static-pages.ts'

let outside: string
let folder: string
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'hubtwin-pages-'))
  folder = join(outside, 'site')
  await write('index.html', '<title>index</title>')
})
afterEach(() => rm(outside, { recursive: true }))

async function write(name: string, text = name): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true })
  await writeFile(join(folder, name), text)
}

async function ask(
  path: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; text: string }> {
  const response = await staticPages(readPages(folder), [])(new Request(`http://localhost${path}`, { method, headers }))
  return { status: response.status, headers: response.headers, text: await response.text() }
}

describe('readPages()', () => {
  it.each([
    '.env',
    '.git/config',
    'assets/.secret.js',
    'config.js~',
    'config.js.bak',
    'config.BAK',
    '.config.js.swp',
    'config.js.swo',
    'config.js.orig',
    'config.js.old',
    'upload.tmp',
  ])('leaves out %s', async (name) => {
    await write(name)
    expect([...readPages(folder).keys()]).toEqual(['index.html'])
    expect((await ask(`/${name}`)).status).toBe(404)
  })

  it('leaves out links that lead out of the folder, to nothing, or in a circle', async () => {
    await writeFile(join(outside, 'secret.txt'), 'secret')
    await mkdir(join(outside, 'site-secrets'))
    await writeFile(join(outside, 'site-secrets', 'key.txt'), 'secret')
    await symlink(join(outside, 'secret.txt'), join(folder, 'link.txt'))
    await symlink('../site-secrets', join(folder, 'secrets'))
    await symlink(join(folder, 'nothing'), join(folder, 'dangling'))
    await symlink(folder, join(folder, 'circle'))
    expect([...readPages(folder).keys()]).toEqual(['index.html'])
  })

  it('follows links within the folder, and a folder that is a link itself', async () => {
    await write('assets/logo.svg', '<svg/>')
    await symlink('assets/logo.svg', join(folder, 'logo.svg'))
    await symlink(folder, join(outside, 'current'))
    expect([...readPages(join(outside, 'current')).keys()].sort()).toEqual([
      'assets/logo.svg',
      'index.html',
      'logo.svg',
    ])
  })

  it('keeps .well-known', async () => {
    await write('.well-known/assetlinks.json', '[]')
    expect(await ask('/.well-known/assetlinks.json')).toMatchObject({ status: 200, text: '[]' })
  })
})

describe('staticPages()', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', 'no-cache'],
    ['/kiosk', 'text/html; charset=utf-8', 'no-cache'],
    ['/kiosk.html', 'text/html; charset=utf-8', 'no-cache'],
    ['/sub/', 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/kiosk-3f2a_b4C.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/assets/logo.svg', 'image/svg+xml; charset=utf-8', 'no-cache'],
    ['/a%20b.bin', 'application/octet-stream', 'no-cache'],
  ])('answers %s as %s, with cache-control %s', async (path, type, cacheControl) => {
    for (const name of ['kiosk.html', 'sub/index.html', 'assets/kiosk-3f2a_b4C.js', 'assets/logo.svg', 'a b.bin']) {
      await write(name)
    }
    const { status, headers } = await ask(path)
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, type, cacheControl])
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('sends the smallest encoding that the build has and the client accepts', async () => {
    await write('assets/a-12345678.js', 'plain')
    await write('assets/a-12345678.js.br', 'brotli')
    await write('assets/a-12345678.js.gz', 'gzip')
    for (const [accept, encoding, text] of [
      ['gzip, deflate, br', 'br', 'brotli'],
      ['gzip, br;q=0', 'gzip', 'gzip'],
      ['identity', null, 'plain'],
      [undefined, null, 'plain'],
    ] as const) {
      const answer = await ask(
        '/assets/a-12345678.js',
        'GET',
        accept === undefined ? {} : { 'accept-encoding': accept },
      )
      expect([answer.headers.get('content-encoding'), answer.text]).toEqual([encoding, text])
      expect(answer.headers.get('vary')).toBe('accept-encoding')
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(answer.headers.get('cache-control')).toContain('immutable')
    }
  })

  it.each(['/nothing', '/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%zz', '/index.html%00', '//'])(
    'answers %s with 404, which no cache keeps',
    async (path) => {
      await writeFile(join(outside, 'secret.txt'), 'secret')
      const { status, headers, text } = await ask(path)
      expect([status, headers.get('cache-control')]).toEqual([404, 'no-cache'])
      expect(text).not.toContain('secret')
    },
  )

  it('answers HEAD without a body, and POST with 404', async () => {
    expect(await ask('/', 'HEAD')).toMatchObject({ status: 200, text: '' })
    expect((await ask('/', 'POST')).status).toBe(404)
  })
})
