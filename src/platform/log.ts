/** Fields that a log line may carry: ids, codes and numbers. Bodies, headers, names and secrets have no place here. */
export interface LogFields {
  readonly connectionId?: string;
  readonly deliveryId?: string;
  readonly dealId?: string;
  readonly contractId?: string;
  readonly traceId?: string;
  readonly code?: string;
  readonly status?: number;
  readonly count?: number;
  readonly ms?: number;
  readonly key?: string;
  /** Name of a secret, never what it holds. */
  readonly secret?: string;
  readonly attempt?: number;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One JSON line per step. */
export type Log = (level: LogLevel, step: string, fields?: LogFields) => void;

export function createJsonLog(write: (line: string) => void, fn: string): Log {
  return (level, step, fields = {}) => {
    write(JSON.stringify({ level, fn, step, ...fields }));
  };
}

export const silentLog: Log = () => {};
