import { CATCH_UP } from './catch-up.ts';
import { EVERY } from './every.ts';
import { LATEST } from './latest.ts';
import type { DeliveryPolicy, PolicyName } from './policy.ts';
import { REPLAY } from './replay.ts';

export const POLICIES: Readonly<Record<PolicyName, DeliveryPolicy>> = { LATEST, EVERY, CATCH_UP, REPLAY };
