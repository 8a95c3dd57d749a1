import type { CodegenConfig } from '@graphql-codegen/cli';

/** Typed documents for the example client in tests; a web app's own configuration looks the same. */
const config: CodegenConfig = {
  schema: 'schema.graphql',
  documents: ['tests/client/**/*.ts'],
  importExtension: '.ts',
  generates: {
    'tests/gql/': {
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
          JSON: 'unknown',
        },
      },
    },
  },
};

export default config;
