import { ATTACKS, Attacker } from './attacker.ts';
import { type Flood, Flooder } from './flooder.ts';

/** What the bench tells a process of attackers. */
export type ToAttackers =
  | { readonly type: 'attack'; readonly port: number; readonly count: number }
  | { readonly type: 'flood'; readonly port: number; readonly flood: Flood; readonly token: string }
  | { readonly type: 'rest' };

/** What it answers when they rest: how often they did something. */
export interface FromAttackers {
  readonly acts: number;
}

/** https://www.rfc-editor.org/rfc/rfc5737 */
const ADDRESSES = 4;

let attackers: (Attacker | Flooder)[] = [];

process.on('message', (message: ToAttackers) => {
  if (message.type === 'attack') {
    attackers = Array.from(
      { length: message.count },
      (_, i) =>
        new Attacker(
          message.port,
          `203.0.113.${(i >> 2) % ADDRESSES}`,
          ATTACKS[i % ATTACKS.length] ?? 'flood',
        ),
    );
    return;
  }
  if (message.type === 'flood') {
    const { port, flood, token } = message;
    attackers = Array.from({ length: flood.sockets }, () => new Flooder(port, flood.kind, token));
    return;
  }
  for (const attacker of attackers) attacker.stop();
  const acts = attackers.reduce((sum, attacker) => sum + attacker.acts, 0);
  attackers = [];
  process.send?.({ acts } satisfies FromAttackers);
});
process.on('disconnect', () => process.exit());
