import { createContext, useContext } from 'react';
import type { WhoAmIQuery } from '../gql/graphql.ts';

export type Viewer = NonNullable<WhoAmIQuery['viewer']>;

/** null: anonymous; undefined: not known yet. */
export const ViewerContext = createContext<Viewer | null | undefined>(undefined);

export const useViewer = (): Viewer | null | undefined => useContext(ViewerContext);
