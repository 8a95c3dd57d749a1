import type { CodegenConfig } from '@graphql-codegen/cli';

const typed = (documents: string): CodegenConfig['generates'][string] => ({
  documents: [documents],
  preset: 'client',
  presetConfig: { fragmentMasking: false },
  config: {
    useTypeImports: true,
    enumsAsTypes: true,
    scalars: {
      Symbol: 'string',
      Decimal: 'string',
      DateTime: 'string',
      SafeInt: 'number',
      Cursor: 'string',
      JSON: 'unknown',
    },
  },
});

/** Typed documents of the console, and of the example client in tests; a web app's own configuration looks the same. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  importExtension: '.ts',
  generates: {
    'src/console/gql/': typed('src/console/**/documents.ts'),
    'tests/gql/': typed('tests/client/**/*.ts'),
  },
};

export default config;
