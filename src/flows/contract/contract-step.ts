import type { ContractPolicy } from '../../domain/policies.ts';
import type { ESignPort } from '../../esign/esign-port.ts';
import type { HeldContract } from './contract-lease.ts';

/** What a step of a contract works with. */
export interface ContractStepParts {
  readonly held: HeldContract;
  readonly esign: ESignPort;
  readonly policy: ContractPolicy;
  readonly traceId: string;
}
