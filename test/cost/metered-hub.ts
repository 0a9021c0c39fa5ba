import { type LocalHub, startLocalHub } from '../../src/local/hub.ts';
import { type Clock, systemClock } from '../../src/platform/clock.ts';
import { silentLog } from '../../src/platform/log.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Tally } from './tally.ts';

/** Something that was played, and how many of it that were. */
export interface Played {
  readonly what: string;
  readonly tally: Tally;
  readonly times: number;
}

export type Say = (line: string) => void;

export const QUIET_MS = 20_000;
const CONFIG_FILE = 'stagepost.config.yaml';

/** The hub in memory with the sample configuration, listened to; stops when the play is over. */
export async function withMeteredHub<T>(
  isCold: boolean,
  play: (hub: LocalHub, meter: Meter) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  const meter = createMeter({ isCold });
  try {
    const { load } = meter;
    const hub = await startLocalHub({
      folder: undefined,
      configFile: CONFIG_FILE,
      port: 0,
      log: silentLog,
      load,
      clock,
    });
    try {
      return await play(hub, meter);
    } finally {
      await hub.stop();
    }
  } finally {
    meter.stop();
  }
}

/** Until nothing happens any more: what a CRM still has to send comes a little later than quiet. */
export async function settle(hub: LocalHub, meter: Meter): Promise<void> {
  for (let before = -1; before !== meter.count(); ) {
    before = meter.count();
    await new Promise((resolve) => setTimeout(resolve, 250));
    await hub.host.whenQuiet(QUIET_MS);
  }
}

export function inWords(isCold: boolean): string {
  return isCold ? 'every invocation cold' : 'functions warm';
}
