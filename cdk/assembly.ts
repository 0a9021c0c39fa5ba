import type { DataTemplate } from './check-data.ts';

/** What was synthesized, before anything of it is deployed. */
export interface Assembly {
  /** Folder of the cloud assembly. */
  readonly folder: string;
  readonly dataStack: string;
  readonly appStack: string;
  readonly dataTemplate: DataTemplate;
  readonly appTemplate: DataTemplate;
}
