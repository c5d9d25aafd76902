import { defineConfig } from 'vite';

/** The page as files of its own, without anything inline: the server forbids that to the browser. */
export const config = defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../dist/web/page',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
    // The licences of what is built in are shipped with it.
    license: { fileName: 'licenses.md' },
    chunkSizeWarningLimit: 700,
  },
});
export { config as default };
