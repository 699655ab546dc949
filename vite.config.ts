import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { compiledCatalogs } from './renderer/i18n/catalog-plugin.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Everything is read from the local disk: large chunks cost nothing. */
const CHUNK_LIMIT_KB = 4_000;

/** One build, three environments: the screen (client), Electron's main process and command line (main), the preload script. */
export default defineConfig({
  root: path('./renderer'),
  base: './',
  plugins: [react(), compiledCatalogs()],
  environments: {
    client: {
      build: {
        outDir: path('./dist/renderer'),
        emptyOutDir: true,
        target: 'es2024',
        chunkSizeWarningLimit: CHUNK_LIMIT_KB,
        // The only browser that ever loads this is Electron's: it preloads modules by itself.
        // What a part that comes later needs is on the local disk, too: no start has to carry lists of it.
        modulePreload: { polyfill: false, resolveDependencies: (_file, needed, { hostType }) => (hostType === 'html' ? needed : []) },
      },
    },
    main: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ssr: true,
        chunkSizeWarningLimit: CHUNK_LIMIT_KB,
        outDir: path('./dist/main'),
        emptyOutDir: true,
        target: 'node24',
        sourcemap: true,
        rolldownOptions: {
          input: { main: path('./electron/main.ts'), cli: path('./electron/cli.ts') },
          output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
        },
      },
    },
    preload: {
      consumer: 'server',
      resolve: { noExternal: true, external: ['electron'] },
      build: {
        ssr: true,
        outDir: path('./dist/preload'),
        emptyOutDir: true,
        target: 'node24',
        rolldownOptions: {
          input: { preload: path('./electron/preload.ts') },
          output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
        },
      },
    },
  },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', 'main', 'preload'] as const) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
