import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // the page may read TICKROOM_URL and TICKROOM_TOKEN, and nothing else of the environment
  envPrefix: ['TICKROOM_URL', 'TICKROOM_TOKEN'],
  cacheDir: '../../node_modules/.vite/apollo-react',
});
