import { parseArgs } from 'node:util';
import { didYouMean } from '../config/did-you-mean.ts';
import type { SetupOptions } from '../crm/provider-setup.ts';
import { CliProblem } from './cli-problem.ts';

export interface CommandLine {
  readonly command: string;
  readonly operands: readonly string[];
  readonly json: boolean;
  readonly all: boolean;
  readonly apply: boolean;
  readonly stage: string | undefined;
  readonly limit: string | undefined;
  readonly day: string | undefined;
  readonly as: string | undefined;
  readonly reason: string | undefined;
  readonly connection: string | undefined;
  readonly config: string | undefined;
  readonly env: string | undefined;
  readonly out: string | undefined;
  readonly force: boolean;
  /** A hub in the caller's own AWS account, instead of the one on this machine. */
  readonly aws: boolean;
  /** Name of that deployment. */
  readonly name: string | undefined;
  /** What only some providers want to know for `setup`. */
  readonly setup: SetupOptions;
}

/** How many operands a command takes, least and most. */
const COMMANDS: Readonly<Record<string, readonly [number, number, string]>> = {
  connections: [0, 0, 'stagepost connections [--json]'],
  deals: [0, 0, 'stagepost deals [--stage <stage>] [--limit <n>] [--json]'],
  deal: [1, 1, 'stagepost deal <deal id> [--json]'],
  deliveries: [0, 0, 'stagepost deliveries [--day YYYY-MM-DD] [--limit <n>] [--json]'],
  trace: [1, 1, 'stagepost trace <delivery id> [--day YYYY-MM-DD] [--json]'],
  quarantine: [0, 0, 'stagepost quarantine [--all] [--json]'],
  approve: [2, 2, 'stagepost approve <deal id> <contract number> [--as <name>]'],
  void: [2, 2, 'stagepost void <deal id> <contract number> --reason <why> [--as <name>]'],
  remap: [1, 1, 'stagepost remap <deal id> [--apply] [--as <name>]'],
  retry: [1, 1, 'stagepost retry <deal id> [--as <name>]'],
  replay: [1, 1, 'stagepost replay <quarantine id> [--as <name>]'],
  'config check': [0, 1, 'stagepost config check [<file>]'],
  setup: [0, 1, 'stagepost setup <provider> [--connection <id>] [--out <folder>]'],
  help: [0, 1, 'stagepost help'],
};

/** Reads the arguments after `stagepost`. Throws CliProblem with what would be right. */
export function readArguments(args: readonly string[]): CommandLine {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(args);
  } catch (error) {
    const message = error instanceof Error ? (error.message.split('. ')[0] ?? '') : '';
    throw new CliProblem(`${message.replace(/\.$/, '')}.`, 'See: npx stagepost help');
  }
  const { values, positionals } = parsed;
  const words = values.help === true ? ['help'] : positionals.length === 0 ? ['help'] : positionals;
  const two = words.slice(0, 2).join(' ');
  const command = Object.hasOwn(COMMANDS, two) ? two : (words[0] ?? 'help');
  const shape = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (shape === undefined) {
    const near = command === 'config' ? 'config check' : didYouMean(command, Object.keys(COMMANDS));
    const hint = near === undefined ? '' : `Did you mean "${near}"? `;
    throw new CliProblem(`There is no command "${words.join(' ')}".`, `${hint}See: npx stagepost help`);
  }
  const [least, most, usage] = shape;
  const operands = words.slice(command.split(' ').length);
  if (operands.length < least) {
    const needs = least === 1 ? 'an id' : 'the id of a deal and the number of one of its contracts';
    throw new CliProblem(`"${command}" needs ${needs}.`, `Write: npx ${usage}`);
  }
  if (operands.length > most) throw new CliProblem(`"${command}" has too many words.`, `Write: npx ${usage}`);
  return {
    command,
    operands,
    json: values.json === true,
    all: values.all === true,
    apply: values.apply === true,
    stage: values.stage,
    limit: values.limit,
    day: values.day,
    as: values.as,
    reason: values.reason,
    connection: values.connection,
    config: values.config,
    env: values.env,
    out: values.out,
    force: values.force === true,
    aws: values.aws === true,
    name: values.name,
    setup: setupOptions(values),
  };
}

/** Only what was given, so that a provider can refuse what it does not know. */
function setupOptions(values: ReturnType<typeof parse>['values']): SetupOptions {
  const { 'integration-user': user, 'unique-task-key': unique, 'aws-account': account, 'aws-region': region } = values;
  return {
    ...(user === undefined ? {} : { 'integration-user': user }),
    ...(unique === undefined ? {} : { 'unique-task-key': unique }),
    ...(account === undefined ? {} : { 'aws-account': account }),
    ...(region === undefined ? {} : { 'aws-region': region }),
  };
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      json: { type: 'boolean' },
      all: { type: 'boolean' },
      apply: { type: 'boolean' },
      stage: { type: 'string' },
      limit: { type: 'string' },
      day: { type: 'string' },
      as: { type: 'string' },
      reason: { type: 'string' },
      connection: { type: 'string' },
      config: { type: 'string' },
      env: { type: 'string' },
      out: { type: 'string' },
      force: { type: 'boolean' },
      aws: { type: 'boolean' },
      name: { type: 'string' },
      'integration-user': { type: 'string' },
      'unique-task-key': { type: 'boolean' },
      'aws-account': { type: 'string' },
      'aws-region': { type: 'string' },
    },
  });
}
