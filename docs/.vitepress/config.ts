import { defineConfig } from 'vitepress'
import { NAVIGATION } from '../../tools/site/navigation.ts'
import { slugOf } from '../../tools/site/paths.ts'

// Everything comes from the site itself. The generator writes inline scripts and styles.
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')

// The theme's gray of labels has too little contrast (WCAG 2.2, 1.4.3), and the keys on the search
// button are not part of its name (2.5.3).
const STYLE = `
.vp-doc [class*='language-'] > span.lang { color: var(--vp-c-text-2); }
.DocSearch-Button-Keys { display: none !important; }
`

// `npx tsx tools/site.ts` writes the pages, and runs VitePress.
export default defineConfig({
  title: 'hubtwin',
  description: 'An Azure IoT Hub device for every JavaScript runtime, and a local hub',
  lang: 'en',
  vite: { build: { chunkSizeWarningLimit: 3000 } },
  // For a site below a path: DOCS_BASE=/hubtwin/ npm run docs:build
  base: process.env['DOCS_BASE'] ?? '/',
  srcDir: './.vitepress/pages',
  // Addresses of the local hub and of pages that a reader serves.
  ignoreDeadLinks: 'localhostLinks',
  head: [
    ['meta', { 'http-equiv': 'Content-Security-Policy', content: POLICY }],
    // Without it, browsers ask for /favicon.ico.
    ['link', { rel: 'icon', href: 'data:,' }],
    ['style', {}, STYLE],
  ],
  markdown: {
    // Markdown of the repository has no HTML, apart from comments.
    html: false,
    anchor: { slugify: slugOf },
    // Both themes have the contrast of WCAG 2 AA.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { svelte: 'html', jsonc: 'json' },
    config(md) {
      // Vue would read two braces as an expression.
      const escape = (text = ''): string => md.utils.escapeHtml(text).replaceAll('{{', '&#123;&#123;')
      md.renderer.rules['text'] = (tokens, index) => escape(tokens[index]?.content)
      md.renderer.rules['code_inline'] = (tokens, index) => `<code v-pre>${escape(tokens[index]?.content)}</code>`
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Start', link: '/start/page' },
      { text: 'API', link: '/api/' },
      { text: 'Errors', link: '/errors' },
      { text: 'Changes', link: '/changelog' },
    ],
    // Groups that collapse are buttons within buttons (WCAG 2.2, 4.1.2).
    sidebar: NAVIGATION.map(({ text, pages }) => ({
      text,
      items: pages.map(([title, page]) => ({ text: title, link: `/${page}` })),
    })),
    docFooter: { prev: false, next: false },
    footer: { message: 'MIT License. Not a Microsoft product; Azure IoT Hub is a service of Microsoft.' },
  },
})
