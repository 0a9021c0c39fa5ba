/** What a deployment's parts are called, for whoever deploys them and whoever looks for them: all of it follows from its name. */
export interface DeployedNames {
  readonly table: string;
  queue(queue: string): string;
  /** S3 has one name space for everybody, so account and region are part of it. */
  bucket(account: string, region: string): string;
}

/** @param prefix name of the deployment, `STAGEPOST_NAME` */
export function deployedNames(prefix: string): DeployedNames {
  return {
    table: prefix,
    queue: (queue) => `${prefix}-${queue}`,
    bucket: (account, region) => `${prefix}-files-${account}-${region}`,
  };
}
