#!/usr/bin/env node
// Prisma starts this as a program of its own, and Node.js 20 does not run TypeScript.
import { register } from 'tsx/esm/api';

register();
await import('./schema-engine.ts');
