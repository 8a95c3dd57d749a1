import { GraphQLError } from 'graphql';
import { TickroomError } from '../../errors.ts';
import type { Measures } from './measure.ts';

/** What one operation may ask for, whatever transport it comes by. */
export interface OperationLimits {
  /** of the document's text: names, numbers, strings, punctuation */
  readonly maxTokens: number;
  /** of fields in fields; introspection is bounded by graphql-js */
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  readonly maxRootFields: number;
  /** fields in the answer, see `Measures.cost` */
  readonly maxCost: number;
  /** fields a second that a subscription may ask for, see `subscriptionCost` */
  readonly maxSubscriptionCost: number;
}

/** What a subscription asks for. */
export interface SubscriptionSize {
  /** of one result, see `Measures.cost` */
  readonly cost: number;
  /** symbols, or one */
  readonly topics: number;
  /** at least so long between two results of a topic; 0: as they come */
  readonly minIntervalMs: number;
}

/** Events nobody bounds are counted as so many a second and topic. */
const ASSUMED_PER_SECOND = 10;

/** A refusal of the document, whatever its variables are. */
export const refusedDocument = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'INVALID_INPUT' } });

/** What of a document is over its limits, a sentence each. */
export function overLimits(measures: Measures, limits: OperationLimits): GraphQLError[] {
  const { depth, aliases, directives, rootFields } = measures;
  const measured: [actual: number, most: number, (figure: string) => string][] = [
    [depth, limits.maxDepth, (levels) => `Fields are ${levels} levels deep`],
    [aliases, limits.maxAliases, (count) => `There are ${count} aliases`],
    [directives, limits.maxDirectives, (count) => `There are ${count} directives`],
    [rootFields, limits.maxRootFields, (count) => `The operation has ${count} root fields`],
  ];
  return measured
    .filter(([actual, most]) => actual > most)
    .map(([actual, most, complaint]) =>
      refusedDocument(
        `${complaint(figure(actual))}; at most ${figure(most)} are allowed. Ask in several smaller operations.`,
      ),
    );
}

/** What is refused although its variables might make it cheaper is told the cheapest it can be. */
export const costRefusal = (cost: number, most: number): string =>
  `The operation costs ${figure(cost)}; at most ${figure(most)} is allowed. Each field costs 1, times the size of the lists it is in: ask for fewer fields, or lower first, last or depth.`;

/** @throws TickroomError INVALID_INPUT */
export function checkCost(cost: number, { maxCost }: OperationLimits): void {
  if (cost > maxCost) throw new TickroomError('INVALID_INPUT', costRefusal(cost, maxCost));
}

/** Fields a second: those of one result × topics × results a second and topic, 10 unless they are bounded lower. */
export function subscriptionCost({ cost, topics, minIntervalMs }: SubscriptionSize): number {
  return Math.ceil(cost * topics * perSecond(minIntervalMs));
}

/** @throws TickroomError INVALID_INPUT saying what to lower */
export function checkSubscription(size: SubscriptionSize, { maxSubscriptionCost }: OperationLimits): void {
  const total = subscriptionCost(size);
  if (total <= maxSubscriptionCost) return;
  const factors = `${figure(size.cost)} fields × ${figure(size.topics)} symbols × ${figure(perSecond(size.minIntervalMs))} a second`;
  throw new TickroomError(
    'INVALID_INPUT',
    `The subscription costs ${figure(total)} (${factors}); at most ${figure(maxSubscriptionCost)} is allowed. Lower the number of fields, depth, the number of symbols, or delivery.maxPerSecond.`,
  );
}

const perSecond = (minIntervalMs: number): number =>
  minIntervalMs === 0 ? ASSUMED_PER_SECOND : Math.min(ASSUMED_PER_SECOND, 1000 / minIntervalMs);

/** One for all: each that is made takes longer than everything else a refusal does. */
const FIGURES = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });

const figure = (value: number): string => (Number.isFinite(value) ? FIGURES.format(value) : 'endlessly many');
