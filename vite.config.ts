import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const SERVER = 'http://127.0.0.1:8002';

/** Builds the console into dist/console; `npm run dev:console` serves it from source beside a running server. */
export default defineConfig({
  root: 'src/console',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // one page: everything it may need is small enough to come at once, charts excepted
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: { '/graphql': { target: SERVER, ws: true }, '/dev/token': SERVER },
  },
});
