import type { CommandLine } from './arguments.ts';
import type { Page } from './format-deal.ts';
import type { HubClient } from './hub-client.ts';

export interface CommandDeps {
  readonly hub: HubClient;
  readonly page: Page;
  readonly folder: string;
}

/** What a command says, and whether it went well. */
export interface Outcome {
  readonly text: string;
  readonly ok: boolean;
}

export function sentence(answer: unknown, line: CommandLine): Outcome {
  if (line.json) return json(answer);
  const text: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'sentence') : undefined;
  return said(`${typeof text === 'string' ? text : 'done'}\n`);
}

export function said(text: string): Outcome {
  return { text, ok: true };
}

export function json(value: unknown): Outcome {
  return said(`${JSON.stringify(value, null, 2)}\n`);
}
