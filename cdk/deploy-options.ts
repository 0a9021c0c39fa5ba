import { parseArgs } from 'node:util';

export interface DeployOptions {
  /** Nobody is asked anything. */
  readonly yes: boolean;
  /**
   * What may be left behind: names of secrets, `<table>/<index>`, `<bucket>/<lifecycle rule>`, and of what a variable
   * asked for: `domain`, `mtls`, `alarm-email`, `alarm-slack`.
   */
  readonly letGo: readonly string[];
}

/** The options after `npm run deploy --`, `npm run diff --` or `npm run destroy --`. Throws a sentence for one that does not exist. */
export function readOptions(args: readonly string[]): DeployOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { yes: { type: 'boolean', short: 'y' }, 'let-go': { type: 'string', multiple: true } },
    });
    return { yes: values.yes ?? false, letGo: values['let-go'] ?? [] };
  } catch (error) {
    const said = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Error(
      `${said}. Known are --yes and --let-go <secret, table/index, bucket/rule, domain, mtls, alarm-email or alarm-slack>.`,
    );
  }
}
