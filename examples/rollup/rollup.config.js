import resolve from '@rollup/plugin-node-resolve'

export default {
  input: 'main.js',
  output: { file: 'public/main.js', format: 'es' },
  // `browser` selects the files that packages have for pages.
  plugins: [resolve({ browser: true })],
}
