/** What the CDK command line is told; each is the list after `cdk`. Where it is to run is never left to a default. */

const DATA = 'Data';
const APP = 'App';

export interface CdkPlace {
  readonly account: string;
  readonly region: string;
  /** The cloud assembly that was checked: it is not synthesized a second time. */
  readonly folder: string;
}

/** `cdk.json` builds before it synthesizes; here that has happened. */
const ALREADY_BUILT = ['--build', ''] as const;

function assembly({ folder, region }: CdkPlace): readonly string[] {
  return ['--app', folder, ...ALREADY_BUILT, '--region', region];
}

/**
 * @param place.outputsFile gets what the stacks answer, as JSON
 * @param place.yes nobody is asked whether wider permissions may be given
 */
export function deployArguments(place: CdkPlace & { readonly outputsFile: string; readonly yes: boolean }): string[] {
  const approval = place.yes ? 'never' : 'broadening';
  return [
    ...['deploy', DATA, APP, ...assembly(place)],
    ...['--require-approval', approval, '--outputs-file', place.outputsFile],
  ];
}

export function diffArguments(place: CdkPlace): string[] {
  return ['diff', DATA, APP, ...assembly(place)];
}

/** The app stack alone: the data stack is never named here, and nothing that depends on another stack goes with it. */
export function destroyArguments(place: CdkPlace & { readonly yes: boolean }): string[] {
  return ['destroy', APP, '--exclusively', ...assembly(place), ...(place.yes ? ['--force'] : [])];
}

/** Prepares an account and region for the CDK, once. */
export function bootstrapArguments({ account, region, folder }: CdkPlace): string[] {
  // Without --app it would run the one of cdk.json, though it needs nothing of it.
  return ['bootstrap', `aws://${account}/${region}`, '--app', folder, ...ALREADY_BUILT];
}
