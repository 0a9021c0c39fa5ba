import { createTopology } from '../../src/topology.ts';
import { aws } from './aws.ts';

export interface LogLine {
  readonly fn: string;
  readonly level: string;
  readonly step: string;
  readonly code?: string;
}

/** What the deployed functions have said in CloudWatch Logs, as far as it is ours; Lambda's own lines are left out. */
export async function linesOf(prefix: string, functions = createTopology().functions.map(({ name }) => name)) {
  const groups = await Promise.all(
    functions.map(async (name) => {
      const { events } = (await aws(
        ...['logs', 'filter-log-events', '--log-group-name', `/aws/lambda/${prefix}-${name}`],
      )) as { readonly events: readonly { readonly message: string }[] };
      return events.flatMap(({ message }) => (message.startsWith('{') ? [JSON.parse(message) as LogLine] : []));
    }),
  );
  return groups.flat();
}
