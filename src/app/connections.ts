import type { Hub } from '../fanout/hub.ts';
import { Connections } from '../transports/connections.ts';
import type { Runtime } from './runtime.ts';

/** The open connections of all transports: pinged, and closed when their peer has stopped reading. */
export function startConnections({ config, owned }: Runtime, hub: Hub): Connections {
  const connections = new Connections({
    keepAliveMs: config.keepAliveMs,
    stuckAfterMs: config.slowClientTimeoutMs,
    onStuck() {
      hub.counters.stuck += 1;
    },
  });
  owned.defer(() => connections.dispose());
  return connections;
}
