import { MemoryBus } from '../../src/bus/memory/memory-bus.ts';
import { busContract } from './bus.contract.ts';

busContract('the in-process bus', { open: async (historyLength) => new MemoryBus({ historyLength }) });
