import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** Source texts by their path inside src. */
type Sources = Readonly<Record<string, string>>;

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** the path inside src; undefined: a package */
  readonly file: string | undefined;
  readonly typeOnly: boolean;
}

/** Where imports may lead: a folder, or one file. Its own folder is always allowed. Imports run one way: downwards. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'errors.ts': [],
  primitives: [],
  'config.ts': [
    'errors.ts',
    'config',
    'limits/limit-settings.ts',
    'market/events/market-state.ts',
    'market/symbols/symbol.ts',
  ],
  config: [],
  bus: ['errors.ts', 'primitives'],
  auth: ['errors.ts', 'primitives', 'bus/bus.ts'],
  limits: ['errors.ts', 'primitives', 'auth'],
  fanout: ['errors.ts', 'primitives', 'bus/bus.ts'],
  telemetry: ['errors.ts', 'primitives', 'bus/bus.ts'],
  market: ['errors.ts', 'primitives', 'bus/bus.ts', 'bus/lease.ts', 'fanout', 'auth', 'limits'],
  presence: ['errors.ts', 'primitives', 'bus/bus.ts', 'fanout'],
  rooms: ['errors.ts', 'primitives', 'bus/bus.ts', 'fanout', 'auth', 'limits'],
  inbox: ['errors.ts', 'primitives', 'bus/bus.ts', 'fanout', 'auth', 'limits', 'presence', 'rooms'],
  feeds: ['errors.ts', 'primitives', 'bus/bus.ts', 'bus/lease.ts', 'market', 'limits'],
  storage: [
    'errors.ts',
    'primitives',
    'bus/bus.ts',
    'auth',
    'fanout/resume/progress-store.ts',
    'market',
    'rooms',
    'inbox',
  ],
  graphql:
    'errors.ts primitives bus/bus.ts fanout auth limits telemetry market presence rooms inbox feeds'.split(
      ' ',
    ),
  transports:
    'errors.ts primitives bus/bus.ts fanout auth limits telemetry market presence rooms inbox feeds graphql'.split(
      ' ',
    ),
  compat: 'errors.ts primitives bus/bus.ts fanout auth limits telemetry market graphql transports'.split(' '),
  'app.ts':
    'errors.ts primitives config.ts app bus fanout auth limits telemetry market presence rooms inbox feeds storage graphql transports'.split(
      ' ',
    ),
  app: 'errors.ts primitives config.ts config bus fanout auth limits telemetry market presence rooms inbox feeds storage graphql transports compat'.split(
    ' ',
  ),
  'workers.ts': ['config.ts', 'config', 'telemetry'],
  cli: ['errors.ts', 'config.ts', 'config', 'app.ts', 'workers.ts', 'telemetry', 'auth', 'storage'],
  'cli.ts': ['cli'],
  'main.ts': ['cli.ts'],
  console: [],
  bench: [],
};
/** Imported by others for its types alone. */
const TYPES_ONLY: readonly { readonly file: string; readonly unless: readonly string[] }[] = [
  { file: 'bus/bus.ts', unless: ['bus', 'app.ts', 'app'] },
  { file: 'telemetry/logger.ts', unless: ['telemetry', 'app.ts', 'app', 'cli'] },
  { file: 'config.ts', unless: ['cli', 'workers.ts', 'app.ts', 'app'] },
  {
    file: 'market/events/market-state.ts',
    unless: 'market graphql transports feeds storage app.ts'.split(' '),
  },
  { file: 'market/symbols/symbol.ts', unless: 'market graphql transports feeds storage app.ts'.split(' ') },
];
/** Packages with a home; the bench is a client and may use what it measures. */
const PACKAGE_HOMES: readonly { readonly name: RegExp; readonly homes: readonly string[] }[] = [
  { name: /^graphql-ws$/, homes: ['transports', 'console', 'bench'] },
  { name: /^(ws|graphql-sse|graphql-yoga|@graphql-yoga\/.*)$/, homes: ['transports', 'compat', 'bench'] },
  { name: /^(react|react-dom\/.*|urql|lightweight-charts)$/, homes: ['console'] },
  { name: /^socket\.io(-client)?$/, homes: ['compat', 'bench'] },
  { name: /^(ioredis|graphql-redis-subscriptions)$/, homes: ['bus', 'bench'] },
  { name: /^(@prisma\/.*|prisma|pg|@electric-sql\/pglite)$/, homes: ['storage', 'bench'] },
  {
    name: /^(graphql|graphql\/.*|@pothos\/.*)$/,
    homes: ['graphql', 'transports', 'compat', 'console', 'bench'],
  },
  { name: /^cockatiel$/, homes: ['bus'] },
  { name: /^rate-limiter-flexible$/, homes: ['limits'] },
  { name: /^jose$/, homes: ['auth', 'bench'] },
  { name: /^zod$/, homes: ['config.ts', 'config'] },
  { name: /^pino(-pretty)?$/, homes: ['telemetry'] },
  { name: /^commander$/, homes: ['cli'] },
];
const MAY_TOUCH_PROCESS_ENV = ['cli', 'config.ts', 'bench'];
/** Nobody writes these. */
const GENERATED = ['storage/generated', 'console/gql'];

const IMPORT =
  /\b(?:import|export)\s+(?<types>type\s)?(?<what>[\w*${}\s,]+?)\s*from\s*['"](?<a>[^'"]+)['"]|\bimport\s*\(?\s*['"](?<b>[^'"]+)['"]/g;
const NO_CODE = /\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|(?<![:\\])\/\/.*/g;

const within = (file: string, places: readonly string[]): boolean =>
  places.some((place) => file === place || file.startsWith(`${place}/`));
const roomOf = (file: string): string => file.split('/', 1)[0] ?? file;

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(({ groups = {} }) => {
    const specifier = groups.a ?? groups.b ?? '';
    const names = /^\{(.*)\}$/s
      .exec(groups.what ?? '')?.[1]
      ?.split(',')
      .filter((name) => name.trim());
    return {
      from,
      specifier,
      file: specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : undefined,
      typeOnly: Boolean(groups.types) || (names?.every((name) => /^\s*type\s/.test(name)) ?? false),
    };
  });
}

function importProblem({ from, specifier, file, typeOnly }: Import): string | undefined {
  const room = roomOf(from);
  if (file === undefined) {
    const home = PACKAGE_HOMES.find(({ name }) => name.test(specifier));
    return home && !within(from, home.homes) ? `only ${home.homes.join(', ')} may import it` : undefined;
  }
  if (specifier.startsWith('.') && !/\.(tsx?|json|css)$/.test(specifier)) {
    return 'imports end in .ts';
  }
  if (file.startsWith('..')) return 'nothing outside src is imported';
  const allowed = MAY_IMPORT[room];
  if (!allowed) return `${room} has no row in MAY_IMPORT`;
  if (roomOf(file) === room) return undefined;
  if (!within(file, allowed)) {
    return `${room} may import ${allowed.join(', ') || 'nothing of the others'} only`;
  }
  const types = TYPES_ONLY.find((rule) => rule.file === file && !within(from, rule.unless));
  return types && !typeOnly ? `${room} may import its types only` : undefined;
}

function textProblems(file: string, text: string): string[] {
  const code = text.replace(NO_CODE, '');
  const problems: string[] = [];
  if (/@ts-(ignore|nocheck|expect-error)/.test(text)) problems.push('silences the compiler');
  if (/[:<,|&(]\s*any\b|\bas any\b|\bany\[\]/.test(code)) problems.push('uses any');
  if (/\bprocess\s*\.\s*env\b|\bimport\.meta\.env\b/.test(code) && !within(file, MAY_TOUCH_PROCESS_ENV)) {
    problems.push('reads the environment: only config.ts does');
  }
  return problems;
}

/** Circles in a graph of names, each as the names along it, e.g. `a → b → a`. */
function circlesIn(edges: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    const at = trail.indexOf(name);
    if (at >= 0) circles.push([...trail.slice(at), name].join(' → '));
    if (at >= 0 || done.has(name)) return;
    for (const target of edges.get(name) ?? []) visit(target, [...trail, name]);
    done.add(name);
  };
  for (const name of edges.keys()) visit(name, []);
  return circles;
}

/** The imports as a graph of what `nodeOf` makes of their files; imports within one node are left out. */
function graphOf(imports: readonly Import[], nodeOf: (file: string) => string): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const { from, file } of imports) {
    if (file === undefined || nodeOf(from) === nodeOf(file)) continue;
    const targets = edges.get(nodeOf(from)) ?? new Set();
    edges.set(nodeOf(from), targets.add(nodeOf(file)));
  }
  return edges;
}

/** The folder of a file; a file of `src` itself stands for itself. */
const folderOf = (file: string): string => (file.includes('/') ? path.posix.dirname(file) : file);

/** Folders that are free to have more entries: the console and the bench are programs of their own. */
const MAY_BE_LARGE = ['console', 'bench'];
const MAX_ENTRIES = 20;

/** Folders with too many files and folders directly in them for a reader to take in at a glance. */
function largeFolders(files: readonly string[]): string[] {
  const entries = new Map<string, Set<string>>();
  for (const file of files) {
    const parts = file.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/');
      entries.set(folder, (entries.get(folder) ?? new Set()).add(parts[depth] ?? ''));
    }
  }
  return [...entries]
    .filter(([folder, { size }]) => size > MAX_ENTRIES && !within(folder, MAY_BE_LARGE))
    .map(([folder, { size }]) => `${folder} has ${size} entries: at most ${MAX_ENTRIES}`);
}

/** Everything that breaks the rules of the house, a sentence each. */
function problemsOf(sources: Sources): string[] {
  const imports = Object.entries(sources).flatMap(([file, text]) => importsOf(file, text));
  return [
    ...imports.flatMap((found) => {
      const problem = importProblem(found);
      return problem ? [`${found.from} imports ${found.specifier}: ${problem}`] : [];
    }),
    ...circlesIn(graphOf(imports, (file) => file)).map(
      (circle) => `files import each other in a circle: ${circle}`,
    ),
    ...circlesIn(graphOf(imports, folderOf)).map(
      (circle) => `folders import each other in a circle: ${circle}`,
    ),
    ...largeFolders(Object.keys(sources)),
    ...Object.entries(sources).flatMap(([file, text]) =>
      textProblems(file, text).map((problem) => `${file} ${problem}`),
    ),
  ];
}

function readSources(): Sources {
  const root = fileURLToPath(new URL('../src', import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const code = files.filter((file) => /\.tsx?$/.test(file) && !within(file, GENERATED));
  return Object.fromEntries(code.map((file) => [file, readFileSync(path.join(root, file), 'utf8')]));
}

describe('the house', () => {
  it('H1 H2 H3 H4 stands by its rules', () => {
    const sources = readSources();
    expect(Object.keys(sources)).toContain('app.ts');
    expect(problemsOf(sources)).toEqual([]);
  });

  it.each([
    ['market/a.ts', "import { x } from '../graphql/x.ts';", 'market may import'],
    ['bus/a.ts', "import { x } from '../fanout/hub.ts';", 'bus may import errors.ts, primitives only'],
    ['errors.ts', "import { x } from './app.ts';", 'may import nothing of the others'],
    ['fanout/a.ts', "import { x } from '../bus/bus.ts';", 'fanout may import its types only'],
    ['fanout/a.ts', "import { type A, x } from '../bus/bus.ts';", 'fanout may import its types only'],
    ['fanout/a.ts', "import type { A } from '../bus/memory-bus.ts';", 'fanout may import'],
    ['graphql/a.ts', "import { MemoryBus } from '../bus/memory-bus.ts';", 'graphql may import'],
    ['graphql/schema/a.ts', "import '../../transports/http-server.ts';", 'graphql may import'],
    ['graphql/a.ts', "import { createLogger } from '../telemetry/logger.ts';", 'its types only'],
    ['graphql/a.ts', "const x = await import('../app.ts');", 'graphql may import'],
    ['graphql/a.ts', "export * from '../app.ts';", 'graphql may import'],
    ['graphql/a.ts', "import {\n  one,\n  two,\n} from '../app.ts';", 'graphql may import'],
    [
      'auth/token.ts',
      "import { readConfig } from '../config.ts';",
      'auth may import errors.ts, primitives, bus/bus.ts only',
    ],
    [
      'bench/peers/a.ts',
      "import { Hub } from '../../fanout/hub.ts';",
      'bench may import nothing of the others',
    ],
    ['bench/a.ts', "import { x } from '../../tests/x.ts';", 'nothing outside src'],
    ['newroom/a.ts', "import { x } from '../errors.ts';", 'newroom has no row'],
    ['market/a.ts', "import { x } from './x';", 'imports end in .ts'],
    ['graphql/a.ts', "import WebSocket from 'ws';", 'only transports, compat, bench may import it'],
    [
      'fanout/a.ts',
      "import { CloseCode } from 'graphql-ws';",
      'only transports, console, bench may import it',
    ],
    ['console/a.tsx', "import { Market } from '../market/market.ts';", 'console may import nothing'],
    ['graphql/a.ts', "import { useState } from 'react';", 'only console may import it'],
    ['fanout/a.ts', "import { print } from 'graphql';", 'may import it'],
    ['limits/a.ts', "import { Redis } from 'ioredis';", 'only bus, bench may import it'],
    ['rooms/a.ts', "import { PrismaClient } from '@prisma/client';", 'only storage, bench may import it'],
    ['app.ts', 'const port = process.env.PORT;', 'reads the environment'],
    ['app.ts', 'const x: any = 1;', 'uses any'],
    ['app.ts', 'const x = y as any;', 'uses any'],
    ['app.ts', 'const x: Map<string, any> = y;', 'uses any'],
    ['app.ts', '// @ts-ignore\nconst x = 1;', 'silences the compiler'],
  ])('H1 H2 H4 notices in %s: %j', (file, text, complaint) => {
    expect(problemsOf({ [file]: text })).toEqual([expect.stringContaining(complaint)]);
    expect(problemsOf({ [file]: text })[0]).toContain(file);
  });

  it('H4 notices a folder that is a pile', () => {
    const sources = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`market/a${i}.ts`, '']));
    expect(problemsOf(sources)).toEqual(['market has 21 entries: at most 20']);
    const { 'market/a0.ts': _, ...twenty } = sources;
    expect(problemsOf(twenty)).toEqual([]);
  });

  it('H3 notices a circle', () => {
    const sources = {
      'market/a.ts': "import './b.ts';",
      'market/b.ts': "import { type C, c } from './c.ts';",
      'market/c.ts': "export { a } from './a.ts';",
    };
    expect(problemsOf(sources)).toEqual([
      'files import each other in a circle: market/a.ts → market/b.ts → market/c.ts → market/a.ts',
    ]);
    // a circle of types is one too: neither file can be understood without the other
    expect(problemsOf({ ...sources, 'market/b.ts': "import type { C } from './c.ts';" })).toHaveLength(1);
    expect(problemsOf({ ...sources, 'market/b.ts': '' })).toEqual([]);
  });

  it('H3 notices a circle of folders, of types too', () => {
    const sources = {
      'market/book/a.ts': "import { b } from '../bars/b.ts';",
      'market/bars/b.ts': "import { c } from '../market.ts';",
      'market/market.ts': "import type { D } from './book/d.ts';",
      'market/book/d.ts': '',
    };
    expect(problemsOf(sources)).toEqual([
      'folders import each other in a circle: market/book → market/bars → market → market/book',
    ]);
    expect(problemsOf({ ...sources, 'market/market.ts': '' })).toEqual([]);
  });

  it.each([
    ['fanout/a.ts', "import type { BusEvent } from '../bus/bus.ts';"],
    ['fanout/a.ts', "import { type Bus, type BusEvent } from '../bus/bus.ts';"],
    ['cli/token.ts', "import { readConfig } from '../config.ts';\nreadConfig(process.env);"],
    ['bench/peers/a.ts', "import WebSocket from 'ws';\nprocess.env.PATH;"],
    ['app.ts', "// any of process.env\nconst text = 'as any';\nif (many) print(x);"],
  ])('H1 H2 H4 has nothing against %s: %j', (file, text) => {
    expect(problemsOf({ [file]: text })).toEqual([]);
  });
});
