import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { Instant } from '../../market/events/instant.ts';
import type { Context } from '../context/context.ts';
import type { CursorValue } from '../context/cursor.ts';
import {
  CursorScalar,
  DateTimeScalar,
  DecimalScalar,
  JsonScalar,
  SafeIntScalar,
  SymbolScalar,
} from './scalars.ts';

/** The one schema builder. It knows scalars and plugins; types live in `schema/`. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    Symbol: { Input: string; Output: string };
    Decimal: { Input: string; Output: string };
    DateTime: { Input: Instant; Output: number };
    SafeInt: { Input: number; Output: number };
    JSON: { Input: unknown; Output: unknown };
    Cursor: { Input: CursorValue; Output: CursorValue };
  };
}>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: 'String',
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'The edges of this page, in the order of the connection.',
    },
    nodeFieldOptions: { nullable: false, description: 'The item at the end of the edge.' },
    cursorFieldOptions: {
      description: 'An opaque position: pass it as `after` or `before` to continue from this edge.',
    },
    pageInfoFieldOptions: {
      description: 'Whether there are further pages, and the cursors at both ends of this one.',
    },
    pageInfoTypeOptions: { description: 'Where a page lies, after the Relay connection specification.' },
    hasNextPageFieldOptions: { description: 'There is more after this page.' },
    hasPreviousPageFieldOptions: { description: 'There is more before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first edge; null: the page is empty.' },
    endCursorFieldOptions: { description: 'Cursor of the last edge; null: the page is empty.' },
  },
});

builder.addScalarType('Symbol', SymbolScalar);
builder.addScalarType('Decimal', DecimalScalar);
builder.addScalarType('DateTime', DateTimeScalar);
builder.addScalarType('SafeInt', SafeIntScalar);
builder.addScalarType('JSON', JsonScalar);
builder.addScalarType('Cursor', CursorScalar);

builder.queryType({
  description: 'Reads the current state and the history. To be notified of changes, subscribe.',
});
builder.mutationType({
  description: 'What changes something. Market data is published by feeds that hold the PUBLISHER role.',
});
builder.subscriptionType({
  description:
    'What changes, as it changes. A selection is executed once per event however many subscribe to it; select only what you show.',
});
