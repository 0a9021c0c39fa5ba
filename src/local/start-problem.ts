/** Something that keeps the local hub from starting and that a person can mend: said in two lines, without a stack. */
export class StartProblem extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'StartProblem';
    this.remedy = remedy;
  }
}

/** The four ports lie side by side; another first one moves them all. */
export function takenPort(port: number, what: string): StartProblem {
  return new StartProblem(
    `Port ${port} (${what}) is taken by another program.`,
    'Stop that program (is another Stagepost running?), or choose other ports: STAGEPOST_PORT=5200 npm start',
  );
}

const USAGE = 'npm start, npm run demo, or either of them with "-- --bundles"';

/** What the command line of the hub asks for. StartProblem for anything that it does not know. */
export function optionsFrom(args: readonly string[]): { readonly bundles: boolean } {
  const unknown = args.find((arg) => arg !== '--bundles');
  if (unknown !== undefined) throw new StartProblem(`"${unknown}" is no option of this command.`, `Use ${USAGE}`);
  return { bundles: args.includes('--bundles') };
}

/** First of four ports, from the environment. StartProblem when it is no port. */
export function portFrom(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_532) return port;
  throw new StartProblem(
    `STAGEPOST_PORT is "${text}", which is no port.`,
    'Give the first of four neighbouring ports, from 1 to 65532, for example STAGEPOST_PORT=5200 npm start',
  );
}
